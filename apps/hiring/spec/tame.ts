/** Nesting, markup and cells beyond what any job spec needs. */
const nestingMax = 12;
const indentMax = 40;
const markupPerParagraphMax = 400;
const cellsPerLineMax = 64;

const bullet = /^(\s*)(?:[•◦▪‣●○∙·➤➢►▶✓✔✅→»–—]|👉|🔹|🔸|⭐)\ufe0f?[ \t\u00a0]/u;
const containers = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/;
const container = />|[-+*]|\d{1,9}[.)]/g;
const markup = /[[\]*_`<&!~\\]/g;

/**
 * Makes a text safe and plain for the Markdown parser without moving a single character, so that every
 * offset holds: typographic bullets become "-", and markup beyond the bounds above becomes blank.
 * The parser's time grows with the square of nesting and of unmatched brackets; the bounds keep it linear.
 */
export function tame(text: string): string {
  let spent = 0;
  const lines = withWholeLists(text)
    .split("\n")
    .map((line) => {
      if (line.trim() === "") spent = 0;
      const within = shallow(dashed(line)).replace(markup, (char) => {
        spent += 1;
        return spent > markupPerParagraphMax ? " " : char;
      });
      return narrow(within);
    });
  return lines.join("\n");
}

const listOpener = /<(dl|ul|ol|table)\b[^<>]{0,300}>/gi;

/**
 * A blank line ends a block of HTML in Markdown, even amid a list, and would part a term from what it
 * means: within lists and tables the line breaks of blank lines become spaces.
 */
function withWholeLists(text: string): string {
  let result = "";
  let from = 0;
  const lower = text.toLowerCase();
  listOpener.lastIndex = 0;
  for (let match = listOpener.exec(text); match !== null; match = listOpener.exec(text)) {
    const close = lower.indexOf(`</${match[1]!.toLowerCase()}`, listOpener.lastIndex);
    if (close === -1) break;
    result +=
      text.slice(from, match.index) + text.slice(match.index, close).replaceAll(/\n(?=[ \t]*\n)/g, " ");
    from = close;
    listOpener.lastIndex = close;
  }
  return result + text.slice(from);
}

function dashed(line: string): string {
  return line.replace(bullet, (match, indent: string) =>
    `${indent.replaceAll("\u00a0", " ")}-`.padEnd(match.length),
  );
}

/** Lists nest by marks on one line or by indentation over many; both end somewhere. */
function shallow(line: string): string {
  const head = containers.exec(line)?.[0] ?? "";
  const isDeep = head.search(/\S/) > indentMax;
  let depth = 0;
  const kept = head.replace(container, (mark) => {
    depth += 1;
    return isDeep || depth > nestingMax ? " ".repeat(mark.length) : mark;
  });
  return kept + line.slice(head.length);
}

function narrow(line: string): string {
  let cells = 0;
  return line.replaceAll("|", () => {
    cells += 1;
    return cells > cellsPerLineMax ? " " : "|";
  });
}
