import { createHash } from "node:crypto";
import type { TableName } from "@plinth/ports";

/** Longest identifier of PostgreSQL, in bytes: what is beyond is cut off without an error. */
const IDENTIFIER_MAX = 63;
const HASH_LENGTH = 8;

/** A name as SQL reads it, whatever it holds. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL reads it, for the places where SQL takes no parameter. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The table of an entity's stored states: `state_job_posting`. */
export function stateTable(entity: string): string {
  return fitted(`state_${folded(entity)}`);
}

/** The table of one generation of a view: `view_balances_2`. */
export function viewTable({ view, generation }: TableName): string {
  return fitted(`view_${folded(view)}_${generation}`);
}

/** A name that is short enough: where it is not, its end gives way to a hash of the whole. */
export function fitted(name: string): string {
  if (Buffer.byteLength(name) <= IDENTIFIER_MAX) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH);
  let start = name;
  while (Buffer.byteLength(start) > IDENTIFIER_MAX - HASH_LENGTH - 1) start = start.slice(0, -1);
  return `${start}_${hash}`;
}

/** `jobPosting` as people write it in SQL: names without quotes have no capitals. */
function folded(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
