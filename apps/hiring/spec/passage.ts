import type { Span } from "./quote.ts";

const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/;
const blank = /\s/;

/**
 * Clean prose that remembers, for each of its characters, where that character stands in the document.
 * Markup, entities and line breaks are gone from the text; a match in it still quotes truly.
 */
export class Passage {
  readonly text: string;
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];

  constructor(text: string, starts: readonly number[], ends: readonly number[]) {
    this.text = text;
    this.#starts = starts;
    this.#ends = ends;
  }

  /** A stretch of source taken as it stands. */
  static verbatim(source: string, span: Span): Passage {
    const starts = Array.from({ length: span.end - span.start }, (_, index) => span.start + index);
    return new Passage(
      source.slice(span.start, span.end),
      starts,
      starts.map((start) => start + 1),
    );
  }

  /** Passages one after the other; the separator belongs to the end of what precedes it. */
  static join(passages: readonly Passage[], separator: string): Passage {
    let text = "";
    const starts: number[] = [];
    const ends: number[] = [];
    for (const passage of passages) {
      if (text !== "") {
        const edge = ends.at(-1)!;
        for (let index = 0; index < separator.length; index++) {
          starts.push(edge);
          ends.push(edge);
        }
        text += separator;
      }
      text += passage.text;
      for (let index = 0; index < passage.text.length; index++) {
        starts.push(passage.#starts[index]!);
        ends.push(passage.#ends[index]!);
      }
    }
    return new Passage(text, starts, ends);
  }

  /** Where characters `from` to `to` (exclusive) of the text stand in the document. */
  span(from = 0, to = this.text.length): Span {
    if (from >= to) {
      const at = this.#starts[from] ?? this.#ends.at(-1) ?? 0;
      return { start: at, end: at };
    }
    return { start: this.#starts[from]!, end: this.#ends[to - 1]! };
  }

  slice(from: number, to = this.text.length): Passage {
    return new Passage(this.text.slice(from, to), this.#starts.slice(from, to), this.#ends.slice(from, to));
  }

  trim(): Passage {
    const from = this.text.length - this.text.trimStart().length;
    const to = this.text.trimEnd().length;
    if (from === 0 && to === this.text.length) return this;
    return to <= from ? this.slice(0, 0) : this.slice(from, to);
  }

  /** Runs of white space become one space, zero-width characters and soft hyphens go. */
  tidy(): Passage {
    const kept: number[] = [];
    const chars: string[] = [];
    let afterSpace = true;
    for (let index = 0; index < this.text.length; index++) {
      const char = this.text[index]!;
      const isSpace = blank.test(char);
      if (invisible.test(char) || (isSpace && afterSpace)) continue;
      chars.push(isSpace ? " " : char);
      kept.push(index);
      afterSpace = isSpace;
    }
    const starts = kept.map((index) => this.#starts[index]!);
    const ends = kept.map((index) => this.#ends[index]!);
    return new Passage(chars.join(""), starts, ends).trim();
  }

  /** The same text, for a source that stands `offset` further into the document. */
  shifted(offset: number): Passage {
    if (offset === 0) return this;
    const shift = (place: number) => place + offset;
    return new Passage(this.text, this.#starts.map(shift), this.#ends.map(shift));
  }

  /** With spaces for line breaks. */
  unbroken(): Passage {
    return new Passage(this.text.replaceAll("\n", " "), this.#starts, this.#ends);
  }

  /** The parts between line breaks, tidy, without the empty ones. */
  lines(): Passage[] {
    const lines: Passage[] = [];
    let from = 0;
    for (let to = 0; to <= this.text.length; to++) {
      if (to < this.text.length && this.text[to] !== "\n") continue;
      const line = this.slice(from, to).tidy();
      if (line.text !== "") lines.push(line);
      from = to + 1;
    }
    return lines;
  }
}
