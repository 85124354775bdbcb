import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import type { Block } from "./blocks.ts";
import { aligned, type Inline } from "./inline.ts";
import { boldLead, paragraphBlocks } from "./paragraphs.ts";
import { Passage } from "./passage.ts";
import type { Span } from "./quote.ts";

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

const silent = new Set([
  "script",
  "style",
  "template",
  "head",
  "title",
  "svg",
  "button",
  "nav",
  "form",
  "iframe",
]);
const lists = new Set(["ul", "ol", "menu"]);
const inlines = new Set(
  "a abbr b bdi bdo br cite code del dfn em i ins kbd mark q s small span strong sub sup time u var".split(
    " ",
  ),
);
const nestingMax = 100;

/** The blocks of a piece of HTML that stands at `offset` of the document. */
export function htmlBlocks(html: string, offset: number): Block[] {
  const reader = new HtmlReader(html, offset);
  reader.readAll(parseFragment(html, { sourceCodeLocationInfo: true }).childNodes, 0);
  return reader.blocks;
}

class HtmlReader {
  readonly blocks: Block[] = [];
  readonly #html: string;
  readonly #offset: number;
  #term = "";
  #header: readonly string[] = [];
  #nesting = 0;

  constructor(html: string, offset: number) {
    this.#html = html;
    this.#offset = offset;
  }

  /** Runs of inline nodes are a paragraph each; what stands between them is read by itself. */
  readAll(nodes: readonly Node[], depth: number): void {
    let run: Node[] = [];
    for (const node of nodes) {
      if (isInline(node)) {
        run.push(node);
        continue;
      }
      this.#prose(run);
      run = [];
      if ("tagName" in node) this.#element(node, depth);
    }
    this.#prose(run);
  }

  #element(element: Element, depth: number): void {
    if (silent.has(element.tagName) || this.#nesting > nestingMax) return;
    this.#nesting += 1;
    this.#read(element, depth);
    this.#nesting -= 1;
  }

  #read(element: Element, depth: number): void {
    const { tagName, childNodes } = element;
    const onlyElements = childNodes.filter((node) => "tagName" in node);
    if (/^h[1-6]$/.test(tagName)) this.#heading(childNodes, Number(tagName[1]));
    else if (tagName === "summary") this.#heading(childNodes, 6);
    else if (tagName === "dt") this.#term = this.#inline(childNodes).passage.tidy().text;
    else if (tagName === "dd") this.#definition(childNodes);
    else if (tagName === "li") this.#item(childNodes, depth);
    else if (tagName === "tr") this.#row(childNodes);
    else if (lists.has(tagName))
      this.readAll(onlyElements, element.parentNode?.nodeName === "li" ? depth + 1 : depth);
    else if (tagName === "dl" || tagName === "table") this.readAll(onlyElements, depth);
    else this.readAll(childNodes, depth);
  }

  #heading(nodes: readonly Node[], level: number): void {
    const passage = this.#inline(nodes).passage.tidy();
    if (passage.text !== "") this.blocks.push({ kind: "heading", level, passage, span: passage.span() });
  }

  #definition(nodes: readonly Node[]): void {
    const value = this.#inline(nodes).passage.tidy();
    if (value.text === "") return;
    this.blocks.push({ kind: "field", label: this.#term, value, span: value.span() });
  }

  #item(nodes: readonly Node[], depth: number): void {
    const inline = this.#inline(nodes.filter((node) => isInline(node) || node.nodeName === "p"));
    const passage = inline.passage.tidy();
    if (passage.text !== "") {
      this.blocks.push({
        kind: "item",
        depth,
        passage,
        span: passage.span(),
        lead: boldLead(passage, inline.bold),
      });
    }
    for (const node of nodes) if ("tagName" in node && lists.has(node.tagName)) this.#element(node, depth);
  }

  #row(nodes: readonly Node[]): void {
    const columns = nodes.filter((node) => node.nodeName === "td" || node.nodeName === "th") as Element[];
    const cells = columns.map(({ childNodes }) => this.#inline(childNodes).passage.tidy());
    const filled = cells.filter(({ text }) => text !== "");
    if (filled.length === 0) return;
    const span = { start: filled[0]!.span().start, end: filled.at(-1)!.span().end };
    const isHeader = columns.every(({ nodeName }) => nodeName === "th");
    this.blocks.push({ kind: "row", cells, header: isHeader ? [] : this.#header, span });
    if (isHeader) this.#header = cells.map(({ text }) => text);
  }

  #prose(run: readonly Node[]): void {
    const inline = this.#inline(run);
    const passage = inline.passage.tidy();
    if (passage.text === "") return;
    this.blocks.push(...paragraphBlocks(inline, passage.span(), "wrap"));
  }

  #inline(nodes: readonly Node[]): Inline {
    const parts: Passage[] = [];
    const bold: Span[] = [];
    for (const node of nodes) this.#collect(node, parts, bold, 0);
    return { passage: Passage.join(parts, ""), bold };
  }

  #collect(node: Node, parts: Passage[], bold: Span[], nesting: number): void {
    if ("value" in node) return void parts.push(this.#text(node));
    if (!("tagName" in node) || silent.has(node.tagName) || nesting > nestingMax) return;
    const at = this.#offset + (node.sourceCodeLocation?.startOffset ?? 0);
    if (node.tagName === "br") return void parts.push(new Passage("\n", [at], [at]));
    if (/^(?:b|strong)$/.test(node.tagName)) {
      bold.push({ start: at, end: this.#offset + (node.sourceCodeLocation?.endOffset ?? 0) });
    }
    for (const child of node.childNodes) this.#collect(child, parts, bold, nesting + 1);
  }

  /** Line breaks within HTML text are mere white space. */
  #text(node: DefaultTreeAdapterTypes.TextNode): Passage {
    const place = node.sourceCodeLocation;
    const span = { start: place?.startOffset ?? 0, end: place?.endOffset ?? 0 };
    return aligned(node.value, this.#html, span).shifted(this.#offset).unbroken();
  }
}

function isInline(node: Node): boolean {
  return "value" in node || ("tagName" in node && inlines.has(node.tagName));
}
