import { type Block, boldLineLevel, type Field, type Item, leadInLevel, type Row } from "./blocks.ts";
import type { Line } from "./line.ts";
import type { Passage } from "./passage.ts";
import type { Span } from "./quote.ts";
import { lastSentence } from "./sentences.ts";
import { rowLines } from "./tables.ts";
import type { Topic } from "./topic.ts";
import { isFieldLabel, isSectionName, topicOf } from "./vocabulary.ts";

/** A heading, and what its lines are about. */
interface Level {
  readonly level: number;
  readonly topic: Topic | null;
  readonly heading: { readonly text: string; readonly span: Span };
}

/** Items that head other items stand below lead-ins, each depth below the one before. */
const itemLevel = leadInLevel + 1;

/** Gives each line the topic that the headings above it announce. `title` is where the job's title stands. */
export function linesOf(blocks: readonly Block[], title: Span | null): Line[] {
  const outline = new Outline(title);
  blocks.forEach((block, index) => {
    outline.add(block, blocks[index + 1]);
  });
  return outline.lines;
}

class Outline {
  readonly lines: Line[] = [];
  readonly #title: Span | null;
  #levels: Level[] = [];

  constructor(title: Span | null) {
    this.#title = title;
  }

  add(block: Block, next: Block | undefined): void {
    if (block.kind === "heading") this.#open(block.level, block);
    else if (block.kind === "item") this.#item(block, next);
    else if (block.kind === "row") this.#row(block);
    else if (block.kind === "field") this.#field(block, next);
    else this.#prose(block.passage, block.span, next);
  }

  #open(level: number, { passage, span }: { passage: Passage; span: Span }): void {
    this.#levels = this.#levels.filter((open) => open.level < level);
    const isTitle = this.#title !== null && covers(span, this.#title);
    const own = topicOf(passage.text);
    const topic = isTitle ? null : resolve(facts.has(own) ? "about" : own, this.#topic, level);
    this.#levels.push({ level, topic, heading: { text: passage.text.replace(/:$/, ""), span } });
  }

  get #topic(): Topic | null {
    return this.#levels.at(-1)?.topic ?? null;
  }

  #emit(line: Omit<Line, "topic" | "heading"> & { topic?: Topic | null }): void {
    this.lines.push({ topic: this.#topic, heading: this.#levels.at(-1)?.heading ?? null, ...line });
  }

  #item(item: Item, next: Block | undefined): void {
    this.#levels = this.#levels.filter(({ level }) => level < itemLevel + item.depth);
    const label = /^([^:]{1,40}):\s/.exec(item.passage.text);
    if (headsItems(item, next)) this.#open(itemLevel + item.depth, item);
    else if (label && isFieldLabel(label[1]!))
      this.#field(
        { ...item, kind: "field", label: label[1]!, value: item.passage.slice(label[0].length) },
        next,
      );
    else this.#emit({ kind: "item", label: item.lead, passage: item.passage, span: item.span });
  }

  #row(row: Row): void {
    for (const line of rowLines(row)) this.#emit(line);
  }

  /** "Requirements: Python and SQL" is a small section; "Location: London" says what it is by itself. */
  #field(field: Field, next: Block | undefined): void {
    this.#levels = this.#levels.filter(({ level }) => level < leadInLevel);
    const own = topicOf(field.label);
    const topic = stated.has(own) ? own : resolve(own, this.#topic, leadInLevel);
    if (field.value.text.endsWith(":")) this.#prose(field.value, field.value.span(), next);
    else this.#emit({ kind: "field", label: field.label, passage: field.value, span: field.span, topic });
  }

  #prose(passage: Passage, span: Span, next: Block | undefined): void {
    this.#levels = this.#levels.filter(({ level }) => level < leadInLevel);
    const isListed = next?.kind === "item" || next?.kind === "row";
    const isBare = passage.text.length <= 60 && !/[.,;:!?]$/.test(passage.text);
    if (isListed && isBare) {
      this.#open(isSectionName(passage.text) ? boldLineLevel : leadInLevel, { passage, span });
      return;
    }
    this.#emit({ kind: "prose", label: "", passage, span });
    if (!isListed || !passage.text.endsWith(":")) return;
    this.#open(leadInLevel, { passage: lastSentence(passage), span });
  }
}

function covers(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function headsItems(item: Item, next: Block | undefined): boolean {
  const isParent = next?.kind === "item" && next.depth > item.depth;
  return isParent && (item.passage.text.endsWith(":") || isSectionName(item.passage.text));
}

/** What single fields state; as headings they open a part about the job. */
const facts = new Set<Topic | null>(["title", "organisation", "grade"]);
const stated = new Set<Topic | null>([...facts, "location", "salary", "benefits", "about", "process"]);
/** Parts that a lead-in among requirements can open: none of them could be about the candidate. */
const others = new Set<Topic | null>(["benefits", "salary", "process", "responsibilities"]);
const kinds = new Set<Topic | null>(["must", "nice"]);
const candidates = new Set<Topic | null>(["must", "nice", "requirements"]);
const closed = new Set<Topic | null>(["process", "benefits"]);

/**
 * What a heading means below another one. A heading that says nothing known goes on with its parent's
 * topic; "Technical skills" below "Preferred" are preferred; below requirements a heading that only names
 * a field of work ("Our stack", "Culture") stays one of requirements; and lead-ins ("…the following:")
 * do not turn the steps of an application into requirements, nor do items of a list of duties.
 */
function resolve(own: Topic | null, parent: Topic | null, level: number): Topic | null {
  if (own === null || parent === null) return own ?? parent;
  if (level >= leadInLevel && closed.has(parent)) return parent;
  if (level >= itemLevel && !kinds.has(own)) return parent;
  if (own === "requirements" && candidates.has(parent)) return parent;
  if (candidates.has(parent) && level >= leadInLevel && !others.has(own) && !kinds.has(own)) return parent;
  if (candidates.has(parent) && own === "about") return parent;
  return own;
}
