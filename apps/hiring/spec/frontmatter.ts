import { type Block, boldLineLevel, shifted } from "./blocks.ts";
import { markdownBlocks } from "./markdown.ts";
import { Passage } from "./passage.ts";

export interface FrontMatter {
  readonly blocks: readonly Block[];
  /** Where the text after the front matter begins. */
  readonly end: number;
}

const fence = /^---[ \t]*\n/;
const closing = /^(?:---|\.\.\.)[ \t]*$/;
const comment = /^\s*#/;
const entry = /^([A-Za-z][\w ./-]{0,40}):(?=\s|$)/;
const unspacedEntry = /^([a-z][a-z_]{2,40}):(?=\w)/;
const blockScalar = /^\s*[|>][+-]?\d?[ \t]*/;
const trailingComment = /\s#\s.*$/;
const mappingKey = /^(\s*(?:-\s+)?)(?:title|name|text|item|description|items|bullets):(?=\s|$)/;

interface Entry {
  readonly key: string;
  /** Offsets of the value, from behind the colon to the next key. */
  readonly start: number;
  end: number;
}

/**
 * Reads front matter as its writers meant it: each key announces its value as a heading would, and values
 * are read as Markdown. A YAML parser would be of no use, because what people write there is often not
 * YAML: lists below plain scalars, text at the left margin, colons in prose.
 */
export function readFrontMatter(text: string): FrontMatter {
  const open = fence.exec(text);
  if (!open) return { blocks: [], end: 0 };
  const { entries, end } = entriesOf(text, open[0].length);
  if (end === null) return { blocks: [], end: 0 };
  return { blocks: entries.flatMap((entry) => blocksOf(text, entry)), end };
}

function entriesOf(text: string, from: number): { entries: Entry[]; end: number | null } {
  const entries: Entry[] = [];
  let at = from;
  while (at < text.length) {
    const next = text.indexOf("\n", at);
    const lineEnd = next === -1 ? text.length : next;
    const line = text.slice(at, lineEnd);
    if (closing.test(line)) return { entries, end: Math.min(lineEnd + 1, text.length) };
    const match = entry.exec(line) ?? unspacedEntry.exec(line);
    if (match) entries.push({ key: match[1]!, start: at + match[0].length, end: lineEnd });
    else if (entries.length > 0) entries.at(-1)!.end = lineEnd;
    at = lineEnd + 1;
  }
  return { entries, end: null };
}

function blocksOf(text: string, { key, start, end }: Entry): Block[] {
  const body = withoutSyntax(text.slice(start, end));
  const value = body.trim();
  if (value === "") return [];
  if (!value.includes("\n") && !/^[-*]\s/.test(value)) return [field(text, key, start, body)];
  const span = { start: start - key.length - 1, end: start };
  const passage = Passage.verbatim(key, { start: 0, end: key.length }).shifted(span.start);
  return [
    { kind: "heading", level: boldLineLevel, passage, span: passage.span() },
    ...shifted(markdownBlocks(body, "wrap"), start),
  ];
}

function field(text: string, key: string, start: number, body: string): Block {
  const from = start + body.length - body.trimStart().length;
  const value = Passage.verbatim(text, { start: from, end: start + body.trimEnd().length }).tidy();
  return { kind: "field", label: key, value, span: value.span() };
}

/** A value with its YAML blanked: comments, block marks, quotes, and the keys of nested entries. */
function withoutSyntax(value: string): string {
  const mark = blockScalar.exec(value)?.[0] ?? "";
  if (mark === "") return unquoted(value.split("\n").map(withoutLineSyntax).join("\n"));
  return " ".repeat(mark.length) + value.slice(mark.length).replaceAll(/^#.*$/gm, spaces);
}

function withoutLineSyntax(line: string): string {
  if (comment.test(line)) return spaces(line);
  return line
    .replace(trailingComment, spaces)
    .replace(mappingKey, (match, head: string) => head.padEnd(match.length));
}

function unquoted(value: string): string {
  return value.replace(/^(\s*)(["'])([^\n]*)\2(\s*)$/, "$1 $3 $4");
}

function spaces(text: string): string {
  return " ".repeat(text.length);
}
