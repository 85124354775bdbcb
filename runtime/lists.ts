import { hash } from "node:crypto";
import { type FieldValue, type ListQuery, type ListSelection, PlinthError } from "@plinth/ports";

/** Most items of one page. */
export const LIMIT_MAX = 200;

/** What can be listed: its kind and name, and the fields that it may be filtered and sorted by. */
export interface Listable {
  readonly kind: "entity" | "view";
  readonly name: string;
  readonly filter: readonly string[];
  readonly sort: readonly string[];
}

/** An item of a list, as far as cursors go. */
interface Item {
  readonly key: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What a selection asks a store for. */
export interface Asked {
  readonly listable: Listable;
  readonly selection: ListSelection;
  readonly query: ListQuery;
  /** The same for the same query, and no id or key: these have no control characters. */
  readonly name: string;
}

/**
 * Selections that were read before. Who asks with the same filters and the same order again is known by these objects
 * themselves: to put a name together anew takes longer than all else of an answer from memory.
 */
export class Selections {
  readonly #known = new WeakMap<object, Asked>();

  /** @throws PlinthError `invalid_argument` as `listQuery` does. */
  read(listable: Listable, selection: ListSelection): Asked {
    const known = this.#known.get(selection.sort);
    if (known?.listable === listable && isSame(known.selection, selection)) return known;
    const query = listQuery(listable, selection);
    const { filters, sort, cursor, limit } = selection;
    const name = `\n${JSON.stringify(query)}`;
    const asked = { listable, selection: { filters, sort, cursor, limit }, query, name };
    this.#known.set(sort, asked);
    return asked;
  }
}

function isSame(left: ListSelection, right: ListSelection): boolean {
  return (
    left.sort === right.sort &&
    left.filters === right.filters &&
    left.cursor === right.cursor &&
    left.limit === right.limit
  );
}

/**
 * A selection as a store is asked for it: one more than the limit, to see whether there is a next page.
 * @throws PlinthError `invalid_argument` for fields that lists do not offer, limits out of range and foreign cursors.
 */
export function listQuery(listable: Listable, selection: ListSelection): ListQuery {
  checkSelection(listable, selection);
  const { filters, sort, cursor, limit } = selection;
  return {
    filters,
    sort,
    after: cursor === null ? null : parseCursor(listable, selection, cursor),
    limit: limit + 1,
  };
}

/** Where the page after an item begins. */
export function cursorAfter(listable: Listable, selection: ListSelection, { key, fields }: Item): string {
  const values = selection.sort.map(({ field }) => fields[field] ?? null);
  const content = JSON.stringify([seal(listable, selection), values, key]);
  return Buffer.from(content).toString("base64url");
}

/** @throws PlinthError `invalid_argument` for a filter on a field that lists do not offer. */
export function checkFilters(listable: Listable, filters: ListSelection["filters"]): void {
  for (const { field } of filters)
    if (!listable.filter.includes(field)) throw noField(listable, "filtered", field, listable.filter);
}

function checkSelection(listable: Listable, { filters, sort, limit }: ListSelection): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw argument("limit", `The limit is a whole number from 1 to ${LIMIT_MAX}.`);
  checkFilters(listable, filters);
  for (const { field } of sort)
    if (!listable.sort.includes(field)) throw noField(listable, "sorted", field, listable.sort);
  if (new Set(sort.map(({ field }) => field)).size < sort.length)
    throw argument("sort", "A field can be sorted by only once.");
}

function parseCursor(listable: Listable, selection: ListSelection, cursor: string): ListQuery["after"] {
  const content = decode(cursor);
  if (!Array.isArray(content) || content.length !== 3 || content[0] !== seal(listable, selection))
    throw argument("cursor", "The cursor is not from this list, or not from this filter and order.");
  const [, values, key] = content as [string, unknown, unknown];
  const valid =
    Array.isArray(values) && values.length === selection.sort.length && values.every(isFieldValue);
  if (!valid || typeof key !== "string") throw argument("cursor", "The cursor is damaged.");
  return { values, key };
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw argument("cursor", "The cursor is damaged.");
  }
}

/** Ties a cursor to its list, filters and order: under others it would skip or repeat items. */
function seal({ kind, name }: Listable, { filters, sort }: ListSelection): string {
  return hash("sha256", JSON.stringify([kind, name, filters, sort]), "base64url").slice(0, 12);
}

function isFieldValue(value: unknown): value is FieldValue {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function noField({ name }: Listable, how: string, field: string, offered: readonly string[]): PlinthError {
  const can = offered.length > 0 ? `it can be ${how} by ${offered.join(", ")}` : `it cannot be ${how}`;
  return argument(field, `${name} cannot be ${how} by "${field}": ${can}.`);
}

function argument(path: string, message: string): PlinthError {
  return new PlinthError("invalid_argument", message, { errors: [{ path, message }] });
}
