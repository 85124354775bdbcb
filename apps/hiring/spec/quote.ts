import type { Quote } from "./schema.ts";

/** A stretch of the document, in UTF-16 offsets from 0; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Turns offsets into quotes. Holds where each line starts, so that a quote costs a binary search. */
export class Quoter {
  readonly #document: string;
  readonly #lineStarts: number[];

  constructor(document: string) {
    this.#document = document;
    this.#lineStarts = lineStartsOf(document);
  }

  quote({ start, end }: Span): Quote {
    const from = this.#position(start);
    const to = this.#position(end);
    return {
      text: this.#document.slice(start, end),
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
    };
  }

  #position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#lineStarts[low]! + 1 };
  }
}

/** The part of a document that a quote points at; for a true quote it equals `quote.text`. */
export function sliceOf(document: string, quote: Omit<Quote, "text">): string {
  const lineStarts = lineStartsOf(document);
  const start = (lineStarts[quote.line - 1] ?? document.length) + quote.column - 1;
  const end = (lineStarts[quote.endLine - 1] ?? document.length) + quote.endColumn - 1;
  return document.slice(start, end);
}

function lineStartsOf(document: string): number[] {
  const starts = [0];
  for (let at = document.indexOf("\n"); at !== -1; at = document.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
