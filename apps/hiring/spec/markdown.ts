import type { List, ListItem, Nodes, Paragraph, RootContent, Table, TableRow } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";
import { type Block, shifted } from "./blocks.ts";
import { htmlBlocks } from "./html.ts";
import { type Inline, inlineOf, spanOf } from "./inline.ts";
import { boldLead, type LineBreaks, paragraphBlocks } from "./paragraphs.ts";
import type { Passage } from "./passage.ts";
import { piecesOf } from "./pieces.ts";
import type { Span } from "./quote.ts";
import { tame } from "./tame.ts";

const options = {
  // Job specs indent lists and text at will; none of them means a code block by it.
  extensions: [gfmTable(), { disable: { null: ["codeIndented"] } }],
  mdastExtensions: [gfmTableFromMarkdown()],
};

/** The blocks of a Markdown or plain text, in document order. `lineBreaks` says whether a line end matters. */
export function markdownBlocks(text: string, lineBreaks: LineBreaks): Block[] {
  const blocks: Block[] = [];
  let offset = 0;
  for (const piece of piecesOf(tame(text))) {
    const reader = new Reader(piece, lineBreaks);
    for (const node of fromMarkdown(piece, options).children) reader.read(node, 0);
    for (const block of shifted(reader.blocks, offset)) blocks.push(block);
    offset += piece.length;
  }
  return blocks;
}

/** Walks the syntax tree; lists nest no deeper than `tame` lets them. */
class Reader {
  readonly blocks: Block[] = [];
  readonly #source: string;
  readonly #lineBreaks: LineBreaks;

  constructor(source: string, lineBreaks: LineBreaks) {
    this.#source = source;
    this.#lineBreaks = lineBreaks;
  }

  read(node: RootContent, depth: number): void {
    if (node.type === "heading") this.#heading(node, node.depth);
    else if (node.type === "paragraph") this.#paragraph(inlineOf(node.children, this.#source), spanOf(node));
    else if (node.type === "list") this.#list(node, depth);
    else if (node.type === "table") this.#table(node);
    else if (node.type === "html") this.blocks.push(...htmlBlocks(node.value, spanOf(node).start));
    else if (node.type === "blockquote") for (const child of node.children) this.read(child, depth);
  }

  /** Long text above a line of dashes is a paragraph before a rule, not a heading. */
  #heading(node: Extract<Nodes, { type: "heading" }>, level: number): void {
    const inline = inlineOf(node.children, this.#source);
    const passage = inline.passage.tidy();
    const span = trimmed(spanOf(node), this.#source);
    if (passage.text === "") return;
    if (passage.text.length > 160) this.#paragraph(inline, span);
    else this.blocks.push({ kind: "heading", level, passage, span: passage.span() });
  }

  #paragraph(inline: Inline, span: Span): void {
    this.blocks.push(...paragraphBlocks(inline, trimmed(span, this.#source), this.#lineBreaks));
  }

  #list(list: List, depth: number): void {
    for (const item of list.children) this.#item(item, depth);
  }

  #item(item: ListItem, depth: number): void {
    const [first, ...rest] = item.children;
    if (first?.type === "paragraph") this.#itemText(first, depth);
    else if (first) this.read(first, depth + 1);
    for (const child of rest) this.read(child, depth + 1);
  }

  /** The text of an item ends where a line follows that stands left of it and starts a sentence of its own. */
  #itemText(paragraph: Paragraph, depth: number): void {
    const inline = inlineOf(paragraph.children, this.#source);
    const cut = this.#lazyEnd(inline.passage, spanOf(paragraph));
    const passage = plain(inline.passage.slice(0, cut).tidy());
    const span = trimmed(
      { ...spanOf(paragraph), ...(cut < inline.passage.text.length && { end: passage.span().end }) },
      this.#source,
    );
    if (passage.text !== "") {
      this.blocks.push({ kind: "item", depth, passage, span, lead: boldLead(passage, inline.bold) });
    }
    const after = inline.passage.slice(cut).tidy();
    if (after.text !== "")
      this.#paragraph({ passage: inline.passage.slice(cut + 1), bold: inline.bold }, after.span());
  }

  #lazyEnd(passage: Passage, { start }: Span): number {
    const column = start - (this.#source.lastIndexOf("\n", start - 1) + 1);
    for (let at = passage.text.indexOf("\n"); at !== -1; at = passage.text.indexOf("\n", at + 1)) {
      const next = passage.span(at + 1, at + 2).start;
      const indent = next - (this.#source.lastIndexOf("\n", next - 1) + 1);
      const ended = /[.!?]["”’)]?\s*$/.test(passage.text.slice(Math.max(0, at - 8), at));
      if (indent < Math.min(column, 2) && ended && /^\p{Lu}/u.test(passage.text.slice(at + 1, at + 3)))
        return at;
    }
    return passage.text.length;
  }

  #table(table: Table): void {
    const [head, ...body] = table.children;
    if (!head) return;
    const header = this.#cells(head).map(({ text }) => text);
    this.#row(head, []);
    for (const row of body) this.#row(row, header);
  }

  /** A row without a header is the header itself; only a table of fields has something to say there. */
  #row(row: TableRow, header: readonly string[]): void {
    const cells = this.#cells(row);
    const filled = cells.filter(({ text }) => text !== "");
    if (filled.length === 0) return;
    const span = trimmed(
      { start: spanOf(row.children[0]!).start, end: spanOf(row).end },
      this.#source,
      /[|\s]/,
    );
    this.blocks.push({ kind: "row", cells, header, span });
  }

  #cells(row: TableRow): Passage[] {
    return row.children.map((cell) => inlineOf(cell.children, this.#source).passage.tidy());
  }
}

const decoration = /^(?:\p{Extended_Pictographic}\ufe0f?\s*)+(?=[\p{L}\p{N}])/u;

/** An item without the pictograph that stands for a bullet. */
function plain(passage: Passage): Passage {
  return passage.slice(decoration.exec(passage.text)?.[0].length ?? 0);
}

/** A span without the white space (and cell borders) at its ends: what was masked is white space too. */
export function trimmed({ start, end }: Span, source: string, edge = /\s/): Span {
  let from = start;
  let to = end;
  while (from < to && edge.test(source[from]!)) from += 1;
  while (to > from && edge.test(source[to - 1]!)) to -= 1;
  return { start: from, end: to };
}
