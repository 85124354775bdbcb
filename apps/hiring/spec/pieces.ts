/** Large enough that starting the parser anew does not count, small enough that its garbage stays young. */
const pieceMin = 2048;

/** What reaches over blank lines, or holds for the whole of a text: fences, raw HTML, link definitions. */
const reachesFar = /^ {0,3}(?:```|~~~|<(?:pre|script|style|textarea)\b|<[?!])|\]:/im;

const openHtml = /^ {0,3}</;
const item = /^[-+*] \S/;

/**
 * Parts a Markdown text where its blocks part anyway: before what stands at the left margin behind a blank
 * line, and between the items of an outermost list. The parser's time and memory grow faster than its
 * input, so that many small pieces cost less than the whole; put together, they mean the same.
 */
export function piecesOf(text: string): string[] {
  if (text.length < 2 * pieceMin || reachesFar.test(text)) return [text];
  const pieces: string[] = [];
  let from = 0;
  let at = 0;
  let before = "";
  let isHtml = false;
  for (const line of text.split("\n")) {
    const isBlank = before.trim() === "";
    if (isBlank) isHtml = false;
    const parts = isBlank ? /^\S/.test(line) : !isHtml && item.test(before) && item.test(line);
    if (parts && at - from >= pieceMin) {
      pieces.push(text.slice(from, at));
      from = at;
    }
    isHtml ||= openHtml.test(line);
    before = line;
    at += line.length + 1;
  }
  return [...pieces, text.slice(from)];
}
