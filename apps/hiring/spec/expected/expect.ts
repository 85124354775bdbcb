import type { Category, Experience, Kind, Quote, Range, Requirement, Statement } from "../schema.ts";

/** The quote of a stretch that begins at this place and ends on the same line. */
export function at(line: number, column: number, text: string): Quote {
  return { text, line, column, endLine: line, endColumn: column + text.length };
}

/** An item of a list: its text begins behind "- ", and its prose is the source without bold marks. */
export function item(line: number, source: string): Statement {
  return { text: source.replaceAll("**", ""), quote: at(line, 3, source) };
}

export function items(line: number, sources: readonly string[]): Statement[] {
  return sources.map((source, index) => item(line + index, source));
}

export function requirement(kind: Kind) {
  return (
    line: number,
    source: string,
    category: Category,
    skills: string[],
    years: Range | null = null,
  ): Requirement => {
    const { text, quote } = item(line, source);
    return { kind, category, text, skills, years, quote };
  };
}

export const must = requirement("must");
export const nice = requirement("nice");

/** A row "| first | second |" of a table: its prose reads "first: second". */
export function row(
  line: number,
  source: string,
  category: Category,
  skills: string[],
  years: Range | null = null,
): Requirement {
  const text = source.replaceAll("**", "").replace(" | ", ": ");
  return { kind: "must", category, text, skills, years, quote: at(line, 3, source) };
}

export function years(min: number | null, max: number | null, of: string | null, quote: Quote): Experience {
  return { min, max, sweetSpot: null, of, quote };
}
