import type { Filter, ListQuery } from "@plinth/ports";
import type { Value } from "./connection.ts";
import { literal } from "./identifiers.ts";
import { isLong, sortKey } from "./sortKey.ts";
import type { Tables } from "./tables.ts";
import { findable } from "./texts.ts";

/** A table of JSON documents by tenant and key, and the columns that are asked of it. */
export interface Documents {
  readonly tables: Tables;
  /** The table's name. */
  readonly table: string;
  /** The column that holds the JSON, as SQL reads it. */
  readonly json: string;
  readonly columns: string;
  /** What all queries are confined by, beside the tenant. */
  readonly within: string;
}

export interface Query {
  readonly text: string;
  readonly values: readonly Value[];
}

/** What confines one field: its sort key is equal to the first value, or from one on, or up to one, or null: no row passes. */
interface Condition {
  readonly field: string;
  readonly bounds: readonly (readonly [operator: "=" | ">" | ">=" | "<" | "<=", key: string])[] | null;
  /** Whether the field's sort key is too long for an index; null where it may be either. */
  readonly long: boolean | null;
}

/** A part of a list that is one range of an index. */
interface Branch {
  readonly conditions: readonly Condition[];
  /** Those rows whose key is beyond the one of the place. */
  readonly beyondKey: boolean;
  /** By field, which of its two indexes it is looked up in: the one for short values or the one for long ones. */
  readonly lengths: ReadonlyMap<string, boolean>;
}

const OPERATORS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** What a field is filtered and sorted by, as SQL. An index serves the very same expression only. */
export function sortKeyOf({ tables, json }: Documents, field: string): string {
  return `${tables.schema}.sort_key(${json}, ${literal(field)})`;
}

/** Whether that is too long for an index, as SQL. */
export function isLongOf({ tables, json }: Documents, field: string): string {
  return `${tables.schema}.is_long(${json}, ${literal(field)})`;
}

/**
 * One page of a list. What follows a place in a sorted list falls into stretches: equal in all sorted fields with a greater
 * key, then equal in all but the last and beyond in that, and so on. Each stretch, once for short values and once for those
 * that are too long for an index, is one range of an index that is read up to the page's length.
 */
export function listQuery(documents: Documents, tenant: string, query: ListQuery): Query {
  const values: Value[] = [findable(tenant)];
  const value = (one: Value) => `$${values.push(one)}`;
  const filters = query.filters.map(passes);
  const selects = stretches(query)
    .flatMap(({ conditions, beyondKey }) =>
      byLength({ conditions: [...filters, ...conditions], beyondKey }, query.sort[0]?.field),
    )
    .flatMap((branch) => selectsOf(documents, branch, query, value));
  return { text: selects.length === 1 ? selects[0]! : merged(documents, selects, query), values };
}

function merged({ columns }: Documents, selects: readonly string[], { sort, limit }: ListQuery): string {
  const order = sort.map(({ descending }, at) => `sort_${at}${descending ? " DESC" : ""}`);
  return `
    SELECT ${columns}
    FROM (${selects.map((one) => `(${one})`).join(" UNION ALL ")}) page
    ORDER BY ${[...order, "key"].join(", ")}
    LIMIT ${whole(limit)}`;
}

/** The limit is part of the text, so that every plan is made for a page and not for all of the list. */
function selectsOf(
  documents: Documents,
  branch: Branch,
  query: ListQuery,
  value: (one: Value) => string,
): readonly string[] {
  const { sort, limit } = query;
  const sorted = sort.map(({ field }, at) => `${sortKeyOf(documents, field)} AS sort_${at}`);
  const order = sort.map(
    ({ field, descending }) => sortKeyOf(documents, field) + (descending ? " DESC" : ""),
  );
  const from = `
    FROM ${documents.tables.named(documents.table)}
    WHERE ${confined(documents, branch, query, value)}`;
  const rows = `SELECT ${[documents.columns, ...sorted].join(", ")} ${from}`;
  if (isTied(branch, query)) return tied(rows, from, sortKeyOf(documents, sort[0]!.field), limit);
  return [`${rows} ORDER BY ${[...order, "key"].join(", ")} LIMIT ${whole(limit)}`];
}

function confined(
  documents: Documents,
  { conditions, beyondKey, lengths }: Branch,
  { after }: ListQuery,
  value: (one: Value) => string,
): string {
  const compared = conditions.flatMap(({ field, bounds }) =>
    bounds
      ? bounds.map(([operator, key]) => `${sortKeyOf(documents, field)} ${operator} ${value(key)}`)
      : ["FALSE"],
  );
  const measured = [...lengths].map(([field, long]) => `${long ? "" : "NOT "}${isLongOf(documents, field)}`);
  const beyond = beyondKey ? [`key > ${value(beforeZero(after!.key))}`] : [];
  return [documents.within, "tenant = $1", ...compared, ...measured, ...beyond].join(" AND ");
}

/**
 * Whether rows may be tied that an index has in the wrong order: it descends in the field as a whole, and then in the key too.
 * Where another field is filtered by, there is no telling how much is to be read anyway.
 */
function isTied({ conditions, lengths }: Branch, { sort }: ListQuery): boolean {
  const [first, ...more] = sort;
  if (!first?.descending || more.length > 0 || lengths.get(first.field)) return false;
  return conditions.every(({ field, bounds }) => field === first.field && bounds?.[0]?.[0] !== "=");
}

/**
 * A page that descends, without reading all that are tied: the page's last sort key, what is above it, which is less than a
 * page, and by key the rows that have it. Where the list is shorter than a page, '' is below all but those without a value.
 */
function tied(rows: string, from: string, key: string, limit: number): readonly string[] {
  const last = `coalesce((SELECT ${key} ${from} ORDER BY ${key} DESC OFFSET ${whole(limit - 1)} LIMIT 1), '')`;
  return [
    `${rows} AND ${key} > ${last} ORDER BY ${key} DESC LIMIT ${whole(limit)}`,
    `${rows} AND ${key} = ${last} ORDER BY key LIMIT ${whole(limit)}`,
  ];
}

/** Null equals null and is in no other relation. A range holds values of one type: '2…' are numbers, '3…' texts. */
function passes({ field, op, value }: Filter): Condition {
  const key = sortKey(value);
  if (op === "eq") return { field, bounds: [["=", key]], long: isLong(key) };
  if (value === null) return { field, bounds: null, long: false };
  const [lowest, beyond] = key.startsWith("2") ? ["2", "3"] : ["3", "4"];
  const other = op === "gt" || op === "gte" ? (["<", beyond] as const) : ([">=", lowest] as const);
  return { field, bounds: [[OPERATORS[op], key], other], long: typeof value === "string" ? null : false };
}

function stretches({ sort, after }: ListQuery): readonly Pick<Branch, "conditions" | "beyondKey">[] {
  if (after === null) return [{ conditions: [], beyondKey: false }];
  const keys = sort.map((_, at) => sortKey(after.values[at] ?? null));
  const equal = sort.map(
    ({ field }, at): Condition => ({ field, bounds: [["=", keys[at]!]], long: isLong(keys[at]!) }),
  );
  const farther = sort.map((term, at) => ({
    conditions: [...equal.slice(0, at), beyond(term, keys[at]!)],
    beyondKey: false,
  }));
  return [{ conditions: equal, beyondKey: true }, ...farther.reverse()];
}

/** Texts are beyond all else, so only what comes before a number is short for sure. */
function beyond({ field, descending }: ListQuery["sort"][number], key: string): Condition {
  const isShort = descending && !key.startsWith("3");
  return { field, bounds: [[descending ? "<" : ">", key]], long: isShort ? false : null };
}

/**
 * A stretch as what the indexes hold of it: short and long values apart, for the field that it is sorted by and the first that
 * is confined to a range of texts. Of others it is not asked: they are looked at row by row.
 */
function byLength(
  stretch: Pick<Branch, "conditions" | "beyondKey">,
  sorted: string | undefined,
): readonly Branch[] {
  const known = new Map<string, boolean>();
  for (const { field, long } of stretch.conditions) if (long !== null) known.set(field, long);
  const range = stretch.conditions.find(
    ({ field, long }) => long === null && !known.has(field) && field !== sorted,
  );
  const open = [sorted, range?.field].filter((field) => field !== undefined && !known.has(field)) as string[];
  return open
    .reduce(
      (all, field) => all.flatMap((one) => [new Map(one).set(field, false), new Map(one).set(field, true)]),
      [known],
    )
    .map((lengths) => ({ ...stretch, lengths }));
}

/** No key has a U+0000, so that what is beyond a text is what is beyond its part before that. */
function beforeZero(text: string): string {
  return text.split("\0", 1)[0]!;
}

function whole(limit: number): string {
  return String(Math.max(0, Math.trunc(limit)));
}
