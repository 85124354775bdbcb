import type { FieldValue, Filter, ListQuery } from "@plinth/ports";
import type { Value } from "./connection.ts";
import { fieldOf, quoted } from "./identifiers.ts";
import type { Query } from "./reads.ts";
import { findable } from "./texts.ts";

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

/** A stretch of a sorted list: what confines it beside tenant and filters, and what still varies within it. */
interface Stretch {
  readonly where: readonly Term[];
  readonly order: ListQuery["sort"];
}

const OPERATORS = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/**
 * One page of a list, as the queries whose rows make it up one after another. What follows a place in a sorted
 * list falls into stretches: equal in all sorted fields with a greater key, then equal in all but the last and
 * beyond in that, and so on. Each stretch is one range of an index; an OR of them is none.
 */
export function listQueries(documents: Documents, tenant: string, query: ListQuery): readonly Query[] {
  const within = [
    { sql: "tenant = ?", values: [findable(tenant)] },
    ...query.filters.map((filter) => passes(documents, filter)),
  ];
  return stretches(documents, query).map(({ where, order }) =>
    select(documents, [...within, ...where], order),
  );
}

/** The statement that makes a field quick to filter and sort by. */
export function fieldIndex({ table, json }: Documents, field: string): string {
  return `
    CREATE INDEX IF NOT EXISTS ${quoted(`${table}_by_${field}`)}
    ON ${quoted(table)} (tenant, ${fieldOf(json, field)}, key)`;
}

function select(
  { table, json, columns }: Documents,
  where: readonly Term[],
  order: ListQuery["sort"],
): Query {
  const fields = order.map(
    ({ field, descending }) => `${fieldOf(json, field)} ${descending ? "DESC" : "ASC"}`,
  );
  const sql = `
    SELECT ${columns}
    FROM ${quoted(table)}
    WHERE ${where.map((term) => term.sql).join(" AND ")}
    ORDER BY ${[...fields, "key"].join(", ")}
    LIMIT ?`;
  return { sql, values: where.flatMap((term) => term.values) };
}

/** Null equals null and is in no other relation, as in SQL but for the equality. */
function passes({ json }: Documents, { field, op, value }: Filter): Term {
  if (op === "eq") return equals(fieldOf(json, field), value);
  return { sql: `${fieldOf(json, field)} ${OPERATORS[op]} ?`, values: [bound(value)] };
}

function stretches({ json }: Documents, { sort, after }: ListQuery): readonly Stretch[] {
  if (after === null) return [{ where: [], order: sort }];
  const values = sort.map((_, at) => after.values[at] ?? null);
  const equal = sort.map(({ field }, at) => equals(fieldOf(json, field), values[at]!));
  const nearest = { where: [...equal, { sql: "key > ?", values: [after.key] }], order: [] };
  const farther = sort.map((term, at) =>
    beyond({ json }, term, values[at]!, sort.slice(at + 1)).map(({ where, order }) => ({
      where: [...equal.slice(0, at), ...where],
      order,
    })),
  );
  return [nearest, ...farther.reverse().flat()];
}

/** What comes after a value, nearest first: null comes before all else, so after all else where it descends. */
function beyond(
  { json }: Pick<Documents, "json">,
  term: ListQuery["sort"][number],
  value: FieldValue,
  rest: ListQuery["sort"],
): readonly Stretch[] {
  const field = fieldOf(json, term.field);
  const order = [term, ...rest];
  if (value === null)
    return term.descending ? [] : [{ where: [{ sql: `${field} IS NOT NULL`, values: [] }], order }];
  const farther = { sql: `${field} ${term.descending ? "<" : ">"} ?`, values: [bound(value)] };
  const nulls = { where: [equals(field, null)], order: rest };
  return term.descending ? [{ where: [farther], order }, nulls] : [{ where: [farther], order }];
}

function equals(field: string, value: FieldValue): Term {
  if (value === null) return { sql: `${field} IS NULL`, values: [] };
  return { sql: `${field} = ?`, values: [bound(value)] };
}

/** json_extract gives 1 and 0 for true and false. */
function bound(value: FieldValue): Value {
  return typeof value === "boolean" ? Number(value) : value;
}
