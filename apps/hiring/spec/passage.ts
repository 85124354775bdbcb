import type { Span } from "./quote.ts";

const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/;
const blank = /\s/;
/** White space that is no single space, or something invisible. */
const untidy = /[^\S ]| {2}|[\u00ad\u200b-\u200d\u2060\ufeff]/;

type Places = ArrayLike<number>;

/**
 * Clean prose that remembers, for each of its characters, where that character stands in the document.
 * Markup, entities and line breaks are gone from the text; a match in it still quotes truly. Parts of a
 * passage share its places, so that taking one costs nothing however long the passage is.
 */
export class Passage {
  readonly text: string;
  readonly #starts: Places;
  readonly #ends: Places;
  /** Where the places of this text begin among those it shares, and how far all of them are moved. */
  readonly #from: number;
  readonly #shift: number;

  /** `starts` and `ends` say, from index `from` on, where each character of the text starts and ends. */
  constructor(text: string, starts: Places, ends: Places, from = 0, shift = 0) {
    this.text = text;
    this.#starts = starts;
    this.#ends = ends;
    this.#from = from;
    this.#shift = shift;
  }

  /** A stretch of source taken as it stands. */
  static verbatim(source: string, { start, end }: Span): Passage {
    const places = new Int32Array(end - start + 1);
    for (let index = 0; index < places.length; index++) places[index] = start + index;
    return new Passage(source.slice(start, end), places, places.subarray(1));
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
        starts.push(passage.#startOf(index));
        ends.push(passage.#endOf(index));
      }
    }
    return new Passage(text, starts, ends);
  }

  /** Where characters `from` to `to` (exclusive) of the text stand in the document. */
  span(from = 0, to = this.text.length): Span {
    if (from < to) return { start: this.#startOf(from), end: this.#endOf(to - 1) };
    const { length } = this.text;
    const at = from < length ? this.#startOf(from) : length > 0 ? this.#endOf(length - 1) : 0;
    return { start: at, end: at };
  }

  slice(from: number, to = this.text.length): Passage {
    return new Passage(this.text.slice(from, to), this.#starts, this.#ends, this.#from + from, this.#shift);
  }

  trim(): Passage {
    const from = this.text.length - this.text.trimStart().length;
    const to = this.text.trimEnd().length;
    if (from === 0 && to === this.text.length) return this;
    return to <= from ? this.slice(0, 0) : this.slice(from, to);
  }

  /** Runs of white space become one space, zero-width characters and soft hyphens go. */
  tidy(): Passage {
    if (!untidy.test(this.text)) return this.trim();
    const starts: number[] = [];
    const ends: number[] = [];
    let text = "";
    let afterSpace = true;
    for (let index = 0; index < this.text.length; index++) {
      const char = this.text[index]!;
      const isSpace = blank.test(char);
      if (invisible.test(char) || (isSpace && afterSpace)) continue;
      text += isSpace ? " " : char;
      starts.push(this.#startOf(index));
      ends.push(this.#endOf(index));
      afterSpace = isSpace;
    }
    return new Passage(text, starts, ends).trim();
  }

  /** The same text, for a source that stands `offset` further into the document. */
  shifted(offset: number): Passage {
    if (offset === 0) return this;
    return new Passage(this.text, this.#starts, this.#ends, this.#from, this.#shift + offset);
  }

  /** With spaces for line breaks. */
  unbroken(): Passage {
    const text = this.text.replaceAll("\n", " ");
    return new Passage(text, this.#starts, this.#ends, this.#from, this.#shift);
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

  #startOf(index: number): number {
    return this.#starts[this.#from + index]! + this.#shift;
  }

  #endOf(index: number): number {
    return this.#ends[this.#from + index]! + this.#shift;
  }
}
