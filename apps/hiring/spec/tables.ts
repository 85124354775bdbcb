import type { Row } from "./blocks.ts";
import type { Line } from "./line.ts";
import { Passage } from "./passage.ts";
import type { Topic } from "./topic.ts";
import { topicOf } from "./vocabulary.ts";

type RowLine = Omit<Line, "topic" | "heading"> & { topic?: Topic | null };

const yes = /^(?:x|y|yes|✓|✔|✅|☑|●|•)\ufe0f?$/iu;
const no = /^(?:n|no|-|–|—|✗|✘|❌|n\/a)?$/iu;
const kindWord =
  /^(?:must(?:[ -]have)?|required|essential|mandatory|nice(?:[ -]to[ -]have)?|preferred|desirable|desired|optional|bonus|plus)$/i;
const fields = new Set<Topic | null>(["location", "salary", "title", "organisation", "grade"]);

/**
 * The lines that a table row makes. "| Location | London |" is a field; a column headed "Essential" holds
 * essentials, or ticks the row as one; any other row reads "first cell: the rest".
 */
export function rowLines(row: Row): RowLine[] {
  const label = row.cells[0]?.text ?? "";
  if (isField(row))
    return [{ kind: "field", label, passage: row.cells[1]!, span: row.span, topic: topicOf(label) }];
  if (row.header.length === 0) return [];
  const kindColumns = row.cells.map((_, column) => kindOfColumn(row.header[column] ?? ""));
  const held = row.cells.flatMap((cell, column): RowLine[] => {
    const topic = kindColumns[column];
    if (!topic || no.test(cell.text) || yes.test(cell.text)) return [];
    return [{ kind: "item", label: topic === null ? "" : label, passage: cell, span: cell.span(), topic }];
  });
  return held.length > 0 ? held : wholeRow(row, kindColumns);
}

function isField(row: Row): boolean {
  return row.cells.length === 2 && row.cells[1]!.text !== "" && fields.has(topicOf(row.cells[0]!.text));
}

/** "Essential" and "Desirable" head columns of criteria; "Requirement" heads only what they are about. */
function kindOfColumn(header: string): Topic | null {
  const topic =
    kindWord.test(header.trim()) || /\b(?:criteria|skills?)\b/i.test(header) ? topicOf(header) : null;
  return topic === "must" || topic === "nice" ? topic : null;
}

function wholeRow(row: Row, kindColumns: readonly (Topic | null)[]): RowLine[] {
  const ticked = kindColumns.find((topic, column) => topic !== null && yes.test(row.cells[column]!.text));
  const named = row.cells.find(({ text }) => kindWord.test(text));
  const cells = row.cells.filter(
    (cell) => cell.text !== "" && cell !== named && !yes.test(cell.text) && !no.test(cell.text),
  );
  if (cells.length === 0) return [];
  const [first, ...rest] = cells;
  const passage = rest.length === 0 ? first! : Passage.join([first!, Passage.join(rest, ", ")], ": ");
  const topic = ticked ?? (named ? topicOf(named.text) : null);
  return [{ kind: "item", label: first!.text, passage, span: row.span, ...(topic && { topic }) }];
}
