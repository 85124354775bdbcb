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
  const lines = text.split("\n").map((line) => {
    if (line.trim() === "") spent = 0;
    const within = shallow(dashed(line)).replace(markup, (char) => {
      spent += 1;
      return spent > markupPerParagraphMax ? " " : char;
    });
    return narrow(within);
  });
  return lines.join("\n");
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
