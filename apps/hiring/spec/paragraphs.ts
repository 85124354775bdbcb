import { type Block, boldLineLevel, type Item, leadInLevel } from "./blocks.ts";
import type { Inline } from "./inline.ts";
import { Passage } from "./passage.ts";
import type { Span } from "./quote.ts";
import { isFieldLabel, isSectionName, topicOf } from "./vocabulary.ts";

/** Whether a line break within a paragraph ends something (plain text) or is mere wrapping (Markdown). */
export type LineBreaks = "matter" | "wrap";

const label = /^(\p{L}[^:.!?]{0,48}?)\s*:(?=\s|$)/u;
const dashLabel = /^(\p{L}[\p{L} ]{1,30}?)\s[-–—]\s(?=\S)/u;
const looseBullet = /^[•◦▪‣●○∙➤➢►▶✓✔✅→»]\s*/u;
/** "📍 Berlin" and "💰 €70k" on lines of their own are a fact each. */
const pictograph = /^(?!\p{ASCII})\p{Extended_Pictographic}/u;
const sentenceEnd = /[.!?:;][”"’)]*$/;

/** A line shorter than this was ended by its writer, not by the width of a page. */
const wrapWidth = 60;

/**
 * A paragraph as people write them: its lines may be headings in capitals or in bold, "Label: value"
 * fields, bullets without a list, or prose.
 */
export function paragraphBlocks(inline: Inline, span: Span, lineBreaks: LineBreaks): Block[] {
  const lines = inline.passage.lines();
  const runs = runsOf(lines);
  const isWhole = runs.length === 1 && lines.length === 1;
  const spanOf = (line: Passage) => (isWhole ? span : widened(line.span(), inline.bold));
  return runs.flatMap((run) => runBlocks(run, inline, spanOf, lineBreaks));
}

const separator = /\s+[·|•]\s+/g;
const separatedMax = 200;

/** Lines that may belong together. "Berlin · Full-time · €70k" is three that do not. */
function runsOf(lines: readonly Passage[]): Passage[][] {
  const runs: Passage[][] = [];
  let run: Passage[] = [];
  for (const line of lines) {
    const parts = line.text.length <= separatedMax ? partsOf(line) : [line];
    if (parts.length === 1) run.push(line);
    else {
      if (run.length > 0) runs.push(run);
      runs.push(...parts.map((part) => [part]));
      run = [];
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function partsOf(line: Passage): Passage[] {
  const breaks = [...line.text.matchAll(separator)];
  const starts = [0, ...breaks.map((at) => at.index + at[0].length)];
  return starts.map((start, index) => line.slice(start, breaks[index]?.index ?? line.text.length));
}

function runBlocks(
  lines: readonly Passage[],
  inline: Inline,
  spanOf: (line: Passage) => Span,
  lineBreaks: LineBreaks,
): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    const heads = !isLabelOfNext(lines, at, inline.bold, lineBreaks);
    const block = (heads ? headingLine(line, inline.bold, spanOf(line)) : null) ?? looseItem(line);
    const group = block ? [line] : [line, ...continuation(lines, at + 1, inline.bold, lineBreaks)];
    blocks.push(block ?? textBlock(group, lines.length > group.length, inline, spanOf, lineBreaks));
    at += group.length;
  }
  return blocks;
}

/** The bold words that a passage begins with, without their punctuation. */
export function boldLead(passage: Passage, bold: readonly Span[]): string {
  const first = bold.find(({ start, end }) => start <= passage.span().start && passage.span().start < end);
  if (!first) return "";
  let length = 0;
  while (length < passage.text.length && passage.span(length, length + 1).end <= first.end) length += 1;
  return passage.text.slice(0, length).replace(/[\s:.–—-]+$/u, "");
}

/** "Location:" with the place on the next line is a field; above several short lines it heads them. */
function isLabelOfNext(
  lines: readonly Passage[],
  at: number,
  bold: readonly Span[],
  lineBreaks: LineBreaks,
): boolean {
  const next = lines[at + 1];
  if (!next || label.exec(lines[at]!.text)?.[0] !== lines[at]!.text) return false;
  if (looseBullet.test(next.text) || isLabelled(next, bold)) return false;
  return lineBreaks === "wrap" || lines.length === at + 2;
}

/** A line with a price or a pin on a map is a fact, however bold. */
const factSign = /[£€$]\s?\d|^(?:📍|💰|💵|💷|💶|💸|🌍|🌎|🌏)/u;

function headingLine(line: Passage, bold: readonly Span[], span: Span): Block | null {
  const text = line.text;
  if (text.length > 100 || !/\p{L}{2}/u.test(text) || factSign.test(text)) return null;
  const lead = boldLead(line, bold);
  const isBold = lead !== "" && lead.length >= text.replace(/[\s:.–—-]+$/u, "").length;
  if (!isBold && !inCapitals(text) && !isSectionName(text)) return null;
  if (/[.!]$/.test(text) || (label.test(text) && !text.endsWith(":"))) return null;
  return { kind: "heading", level: boldLineLevel, passage: line, span };
}

function inCapitals(text: string): boolean {
  return (
    /^\P{Ll}+$/u.test(text) &&
    (text.match(/\p{Lu}/gu)?.length ?? 0) >= 4 &&
    /^[\p{Lu}\p{N}]/u.test(text) &&
    !/\d{3}/.test(text)
  );
}

function looseItem(line: Passage): Item | null {
  const mark = looseBullet.exec(line.text)?.[0];
  if (mark === undefined) return null;
  const passage = line.slice(mark.length);
  return passage.text === "" ? null : { kind: "item", depth: 0, passage, span: passage.span(), lead: "" };
}

/** The following lines that belong to the line before: wrapped prose, or the value below its label. */
function continuation(
  lines: readonly Passage[],
  from: number,
  bold: readonly Span[],
  breaks: LineBreaks,
): Passage[] {
  const taken: Passage[] = [];
  let last = lines[from - 1]!;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    const starts =
      looseBullet.test(line.text) ||
      pictograph.test(line.text) ||
      isLabelled(line, bold) ||
      headingLine(line, bold, line.span());
    if (starts || (breaks === "matter" && !isWrapped(last, line))) break;
    taken.push(line);
    last = line;
  }
  return taken;
}

function isWrapped(before: Passage, line: Passage): boolean {
  if (label.exec(before.text)?.[0] === before.text) return true;
  if (/^\p{Ll}/u.test(line.text)) return before.text.length >= wrapWidth / 2;
  return before.text.length >= wrapWidth && !sentenceEnd.test(before.text);
}

/** "Location: Pune", and "Location - Pune" where the words before the dash can be nothing but a label. */
function labelOf(text: string): RegExpExecArray | null {
  const dashed = dashLabel.exec(text);
  const isLabel = dashed !== null && (isFieldLabel(dashed[1]!) || /^experience$/i.test(dashed[1]!));
  return isLabel ? dashed : label.exec(text);
}

function isLabelled(line: Passage, bold: readonly Span[]): boolean {
  const match = labelOf(line.text);
  return match !== null && (topicOf(match[1]!) !== null || boldLead(line, bold) === match[1]);
}

function textBlock(
  group: readonly Passage[],
  amongOthers: boolean,
  inline: Inline,
  spanOf: (line: Passage) => Span,
  lineBreaks: LineBreaks,
): Block {
  const first = group[0]!;
  const span = { start: spanOf(first).start, end: spanOf(group.at(-1)!).end };
  const passage = joined(group);
  const match = labelOf(passage.text);
  if (match !== null && isLabelled(first, inline.bold)) {
    const value = passage.slice(match[0].length).tidy();
    if (value.text !== "") return { kind: "field", label: match[1]!, value, span };
  }
  if (passage.text.endsWith(":") && passage.text.length <= wrapWidth && boldLead(first, inline.bold) === "") {
    return { kind: "heading", level: leadInLevel, passage, span };
  }
  const isListed = lineBreaks === "matter" && amongOthers && !sentenceEnd.test(passage.text);
  return isListed ? { kind: "item", depth: 0, passage, span, lead: "" } : { kind: "prose", passage, span };
}

function joined(group: readonly Passage[]): Passage {
  return group.length === 1 ? group[0]! : Passage.join(group, " ");
}

/** A line that begins or ends within bold words is quoted with their marks. */
function widened(span: Span, bold: readonly Span[]): Span {
  const opening = bold.find(({ start, end }) => start < span.start && span.start < end);
  const closing = bold.find(({ start, end }) => start < span.end && span.end < end);
  return { start: opening?.start ?? span.start, end: closing?.end ?? span.end };
}
