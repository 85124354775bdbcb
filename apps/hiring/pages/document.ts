import { type Html, html, trusted } from "plinth";
import type { Quoted } from "./findings.ts";

/** A quote as a stretch of the document: UTF-16 offsets, `end` excluded. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly finding: Quoted;
}

/**
 * The document as it is, line by line, with every quote marked in place. Quotes may lie within each other and may
 * overlap: one that begins within another and ends beyond it is marked in two pieces, of which the first is pointed
 * at and the last points back. Of quotes of the same stretch the first is marked innermost, so that it shows.
 */
export function documentMarkup(document: string, findings: readonly Quoted[]): Html {
  const starts = lineStarts(document);
  const stretches = findings
    .map((finding) => stretchOf(finding, starts, document.length))
    .sort(outermostFirst);
  const lineAt = new Map(starts.map((start, index) => [start, index + 1]));
  const beginningAt = Map.groupBy(stretches, ({ start }) => start);
  const writer = new Writer(document);
  for (const at of boundaries(starts, stretches)) {
    writer.writeUpTo(at);
    const cut = writer.closeAt(at);
    if (lineAt.has(at)) writer.writeLineNumber(lineAt.get(at)!);
    for (const stretch of cut) writer.open(stretch, false);
    for (const stretch of beginningAt.get(at) ?? []) writer.open(stretch, true);
  }
  writer.writeUpTo(document.length);
  writer.closeAt(document.length);
  return html`${writer.parts}`;
}

/** Where lines begin; what follows the last line end is no line where it is empty. */
function lineStarts(document: string): number[] {
  const starts = [0];
  for (let at = document.indexOf("\n"); at !== -1; at = document.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts.at(-1) === document.length && starts.length > 1 ? starts.slice(0, -1) : starts;
}

function stretchOf(finding: Quoted, starts: readonly number[], length: number): Stretch {
  const { line, column, endLine, endColumn } = finding.quote;
  const offset = (line: number, column: number) =>
    Math.min(length, (starts[line - 1] ?? length) + column - 1);
  return { start: offset(line, column), end: offset(endLine, endColumn), finding };
}

function outermostFirst(one: Stretch, other: Stretch): number {
  return one.start - other.start || other.end - one.end || other.finding.number - one.finding.number;
}

function boundaries(starts: readonly number[], stretches: readonly Stretch[]): number[] {
  const all = new Set([...starts, ...stretches.flatMap(({ start, end }) => [start, end])]);
  return [...all].sort((one, other) => one - other);
}

/** Writes a document from its beginning, with the quotes that are open kept on a stack. */
class Writer {
  readonly parts: Html[] = [];
  readonly #document: string;
  readonly #open: Stretch[] = [];
  #at = 0;

  constructor(document: string) {
    this.#document = document;
  }

  writeUpTo(end: number): void {
    if (end > this.#at) this.parts.push(html`${this.#document.slice(this.#at, end)}`);
    this.#at = end;
  }

  /** The number stands in an attribute, so that it is neither copied with the document nor read out. */
  writeLineNumber(line: number): void {
    this.parts.push(html`<span class="line" data-line="${line}"></span>`);
  }

  /** `isFirst`: whether this is where the quote begins, and not where it goes on after another has ended. */
  open(stretch: Stretch, isFirst: boolean): void {
    const { number, tone } = stretch.finding;
    this.parts.push(html`<mark class="${tone}"${isFirst && html` id="quote-${number}"`}>`);
    this.#open.push(stretch);
    if (stretch.start === stretch.end) this.closeAt(stretch.end);
  }

  /** Closes what ends here. What lies within it and goes on is cut, and given back, outermost first. */
  closeAt(at: number): Stretch[] {
    const cut: Stretch[] = [];
    while (this.#open.some(({ end }) => end <= at)) {
      const innermost = this.#open.pop()!;
      if (innermost.end > at) cut.unshift(innermost);
      else this.#pointBack(innermost);
      this.parts.push(CLOSED);
    }
    return cut;
  }

  #pointBack({ finding: { number } }: Stretch): void {
    this.parts.push(
      html`<a class="number" href="#finding-${number}" aria-label="Finding ${number}">${number}</a>`,
    );
  }
}

const CLOSED = trusted("</mark>");
