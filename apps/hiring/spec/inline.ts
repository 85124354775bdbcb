import type { Nodes, PhrasingContent } from "mdast";
import { Passage } from "./passage.ts";
import type { Span } from "./quote.ts";

/** Inline Markdown as prose, with line breaks kept, and where it was bold. */
export interface Inline {
  readonly passage: Passage;
  readonly bold: readonly Span[];
}

const lineBreak = /^<br\s*\/?>$/i;

export function inlineOf(nodes: readonly PhrasingContent[], source: string): Inline {
  const parts: Passage[] = [];
  const bold: Span[] = [];
  for (const node of nodes) collect(node, source, parts, bold);
  return { passage: Passage.join(parts, ""), bold };
}

function collect(node: PhrasingContent, source: string, parts: Passage[], bold: Span[]): void {
  const span = spanOf(node);
  if (node.type === "text" || node.type === "inlineCode") {
    parts.push(aligned(node.value, source, span));
  } else if (node.type === "break" || (node.type === "html" && lineBreak.test(node.value))) {
    parts.push(new Passage("\n", [span.start], [span.end]));
  } else if ("children" in node) {
    if (node.type === "strong") bold.push(span);
    for (const child of node.children) collect(child, source, parts, bold);
  }
}

export function spanOf(node: Nodes): Span {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

const entity = /&(?:[a-z][a-z0-9]{1,31}|#\d{1,7}|#x[0-9a-f]{1,6});/iy;

/**
 * A value of the syntax tree beside the source it came from: what the source has more of (escapes,
 * entities, indentation, quote marks) is passed over, so that each character knows its place.
 */
export function aligned(value: string, source: string, span: Span): Passage {
  if (source.startsWith(value, span.start)) {
    return Passage.verbatim(source, { start: span.start, end: span.start + value.length });
  }
  const starts: number[] = [];
  const ends: number[] = [];
  let at = span.start;
  for (let index = 0; index < value.length; index++) {
    const end = endOfEntity(source, at, value, index);
    if (end === null) while (at < span.end - 1 && source[at] !== value[index]) at += 1;
    starts.push(at);
    at = end ?? Math.min(at + 1, span.end);
    ends.push(at);
  }
  return new Passage(value, starts, ends);
}

/** The end of the entity that stands at `at`, unless the value spells the same letters out. */
function endOfEntity(source: string, at: number, value: string, index: number): number | null {
  if (source[at] !== "&") return null;
  entity.lastIndex = at;
  const match = entity.exec(source);
  return match === null || value.startsWith(match[0], index) ? null : at + match[0].length;
}
