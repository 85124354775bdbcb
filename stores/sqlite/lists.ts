import type { FieldValue, Filter, ListQuery } from "@plinth/ports";
import type { Value } from "./connection.ts";
import { fieldOf, quoted } from "./identifiers.ts";
import type { Query } from "./reads.ts";

/** A table of JSON documents by tenant and key, and the columns that are asked of it. */
export interface Documents {
  readonly table: string;
  /** The column that holds the JSON. */
  readonly json: string;
  readonly columns: string;
}

/** A part of a WHERE clause. */
interface Term {
  readonly sql: string;
  readonly values: readonly Value[];
}

const OPERATORS = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/**
 * One page of a list, as the queries whose rows make it up one after another. What follows a place in a sorted
 * list falls into stretches: equal in all sorted fields with a greater key, then equal in all but the last and
 * beyond in that, and so on. Each stretch is one range of an index; an OR of them is none.
 */
export function listQueries(documents: Documents, tenant: string, query: ListQuery): readonly Query[] {
  const within = [
    { sql: "tenant = ?", values: [tenant] },
    ...query.filters.map((filter) => passes(documents, filter)),
  ];
  return stretches(documents, query).map((terms) => select(documents, query, [...within, ...terms]));
}

/** The statement that makes a field quick to filter and sort by. */
export function fieldIndex({ table, json }: Documents, field: string): string {
  return `
    CREATE INDEX IF NOT EXISTS ${quoted(`${table}_by_${field}`)}
    ON ${quoted(table)} (tenant, ${fieldOf(json, field)}, key)`;
}

function select({ table, json, columns }: Documents, { sort }: ListQuery, where: readonly Term[]): Query {
  const order = sort.map(({ field, descending }) => `${fieldOf(json, field)} ${descending ? "DESC" : "ASC"}`);
  const sql = `
    SELECT ${columns}
    FROM ${quoted(table)}
    WHERE ${where.map((term) => term.sql).join(" AND ")}
    ORDER BY ${[...order, "key"].join(", ")}
    LIMIT ?`;
  return { sql, values: where.flatMap((term) => term.values) };
}

/** Null equals null and is in no other relation, as in SQL but for the equality. */
function passes({ json }: Documents, { field, op, value }: Filter): Term {
  if (op === "eq") return equals(fieldOf(json, field), value);
  return { sql: `${fieldOf(json, field)} ${OPERATORS[op]} ?`, values: [bound(value)] };
}

function stretches({ json }: Documents, { sort, after }: ListQuery): readonly (readonly Term[])[] {
  if (after === null) return [[]];
  const fields = sort.map(({ field }) => fieldOf(json, field));
  const equal = fields.map((field, at) => equals(field, after.values[at] ?? null));
  const beyond = sort.map(({ descending }, at) =>
    beyondOf(fields[at]!, after.values[at] ?? null, descending),
  );
  const nearest = [...equal, { sql: "key > ?", values: [after.key] }];
  const farther = beyond.map((terms, at) => terms.map((term) => [...equal.slice(0, at), term]));
  return [nearest, ...farther.reverse().flat()];
}

/** What comes after a value, nearest first; null comes before all else, so after all else where it descends. */
function beyondOf(field: string, value: FieldValue, descending: boolean): readonly Term[] {
  const isNull = { sql: `${field} IS NULL`, values: [] };
  if (value === null) return descending ? [] : [{ sql: `${field} IS NOT NULL`, values: [] }];
  const farther = { sql: `${field} ${descending ? "<" : ">"} ?`, values: [bound(value)] };
  return descending ? [farther, isNull] : [farther];
}

function equals(field: string, value: FieldValue): Term {
  if (value === null) return { sql: `${field} IS NULL`, values: [] };
  return { sql: `${field} = ?`, values: [bound(value)] };
}

/** json_extract gives 1 and 0 for true and false. */
function bound(value: FieldValue): Value {
  return typeof value === "boolean" ? Number(value) : value;
}
