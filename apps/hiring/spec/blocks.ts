import type { Passage } from "./passage.ts";
import type { Span } from "./quote.ts";

/** What a document is made of, once Markdown, HTML, front matter and plain text are one. */
export type Block = Heading | Prose | Item | Row | Field;

/** 1 to 6 as in Markdown; what merely acts as a heading stands below those. */
export const boldLineLevel = 7;
export const leadInLevel = 8;

export interface Heading {
  readonly kind: "heading";
  readonly level: number;
  readonly passage: Passage;
  readonly span: Span;
}

export interface Prose {
  readonly kind: "prose";
  readonly passage: Passage;
  readonly span: Span;
}

export interface Item {
  readonly kind: "item";
  /** 0 for an item of an outermost list. */
  readonly depth: number;
  readonly passage: Passage;
  readonly span: Span;
  /** The bold words it begins with, without their punctuation; "" if none. */
  readonly lead: string;
}

export interface Row {
  readonly kind: "row";
  readonly cells: readonly Passage[];
  readonly header: readonly string[];
  readonly span: Span;
}

/** "Location: London", a definition, a front matter entry. */
export interface Field {
  readonly kind: "field";
  readonly label: string;
  readonly value: Passage;
  readonly span: Span;
}

/** Blocks of a text that stands `offset` further into the document. */
export function shifted(blocks: readonly Block[], offset: number): Block[] {
  return blocks.map((block) => {
    const span = { start: block.span.start + offset, end: block.span.end + offset };
    if (block.kind === "row")
      return { ...block, span, cells: block.cells.map((cell) => cell.shifted(offset)) };
    if (block.kind === "field") return { ...block, span, value: block.value.shifted(offset) };
    return { ...block, span, passage: block.passage.shifted(offset) };
  });
}
