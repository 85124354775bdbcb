import type { TableName } from "@plinth/ports";

/** A name as SQL reads it, whatever it holds. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL reads it, for the places where SQL takes no parameter. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The table of an entity's stored states: `state_job_posting`. */
export function stateTable(entity: string): string {
  return `state_${folded(entity)}`;
}

/** The table of one generation of a view: `view_balances_2`. */
export function viewTable({ view, generation }: TableName): string {
  return `view_${folded(view)}_${generation}`;
}

/** The value of a top-level field of a column that holds JSON. An index serves the very same expression only. */
export function fieldOf(column: string, field: string): string {
  return `json_extract(${column}, ${literal(`$.${JSON.stringify(field)}`)})`;
}

/** SQLite takes `jobPosting` and `jobposting` for one table, the model for two names. */
function folded(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
