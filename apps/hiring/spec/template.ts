import type { Span } from "./quote.ts";

/** A template tag that was left in a document: `{% include job/salary_range.html min="$1" max="$2" %}`. */
export interface Tag extends Span {
  readonly text: string;
}

export interface Masked {
  /** The document with everything that is not prose made blank. Same length and line breaks: offsets hold. */
  readonly text: string;
  readonly tags: readonly Tag[];
}

/** What comments and template tags open and close with. */
const closers: Readonly<Record<string, string>> = {
  "<!--": "-->",
  "<%": "%>",
  "{%": "%}",
  "{{": "}}",
  "{#": "}",
  "{:": "}",
};

const opener = /<!--|<%|\{[%{#:]/g;

/** A tag longer than this is an accident: two braces that happen to stand somewhere in a text. */
const tagLengthMax = 2000;

const commentTag = /^\{%-?\s*comment\b/;
const endCommentTag = /\{%-?\s*endcomment\b[^%]{0,200}%\}/g;

/** Blanks comments and template tags, in one pass over the document. */
export function mask(document: string): Masked {
  const spans: Span[] = [];
  const tags: Tag[] = [];
  const endOf = construct(document);
  opener.lastIndex = 0;
  for (let match = opener.exec(document); match !== null; match = opener.exec(document)) {
    const start = match.index;
    const end = endOf(match[0], start);
    if (end === null) continue;
    const text = document.slice(start, end);
    const whole = commentTag.test(text) ? (endOf("endcomment", end) ?? end) : end;
    spans.push({ start, end: whole });
    if (whole === end && !text.startsWith("<!--")) tags.push({ start, end, text });
    opener.lastIndex = whole;
  }
  return { text: blank(document, spans), tags };
}

/** Finds where what opens at `start` ends, or null. Each closer is searched once for all its openers. */
function construct(document: string): (open: string, start: number) => number | null {
  const comments = ahead((from) => {
    endCommentTag.lastIndex = from;
    return endCommentTag.exec(document) === null ? -1 : endCommentTag.lastIndex;
  });
  const ends = new Map(
    Object.entries(closers).map(([open, close]) => [
      open,
      ahead((from) => {
        const at = document.indexOf(close, from);
        return at === -1 ? -1 : at + close.length;
      }),
    ]),
  );
  return (open, start) => {
    if (open === "endcomment") return comments(start);
    const end = ends.get(open)!(start + open.length);
    const near = end !== null && (open === "<!--" || end - start <= tagLengthMax);
    return near ? end : null;
  };
}

/** A search forward for rising starts: what was found stays the answer until the start has passed it. */
function ahead(search: (from: number) => number): (from: number) => number | null {
  let found = 0;
  return (from) => {
    if (found !== -1 && found <= from) found = search(from);
    return found === -1 ? null : found;
  };
}

/** Spaces for everything in the spans but line breaks. */
export function blank(text: string, spans: readonly Span[]): string {
  let result = "";
  let from = 0;
  for (const { start, end } of spans) {
    result += text.slice(from, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ");
    from = end;
  }
  return result + text.slice(from);
}
