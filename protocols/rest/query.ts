import type { Filter, ListSelection } from "@plinth/ports";
import { type FilterField, fieldValue } from "./fields.ts";
import { invalid } from "./problem.ts";
import { decode } from "./target.ts";

/** What a list can be filtered and sorted by. */
export interface ListFields {
  readonly filter: ReadonlyMap<string, FilterField>;
  readonly sort: readonly string[];
}

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;

/**
 * The parameters of a query by name.
 * @throws PlinthError `invalid_argument` where the encoding is broken or a parameter comes twice.
 */
export function parameters(query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeForm(equals < 0 ? pair : pair.slice(0, equals));
    if (found.has(name)) throw invalid(name, `The parameter ${name} is given twice.`);
    found.set(name, equals < 0 ? "" : decodeForm(pair.slice(equals + 1)));
  }
  return found;
}

/** A plus is a space in a query, as browsers' forms write it (WHATWG URL, application/x-www-form-urlencoded). */
function decodeForm(text: string): string {
  return decode(text.replaceAll("+", " "));
}

/** @throws PlinthError `invalid_argument` where there is any parameter, naming each. */
export function refuseParameters(query: string): void {
  if (query !== "") refuseUnknown(parameters(query).keys());
}

function refuseUnknown(names: Iterable<string>): void {
  for (const name of names) throw invalid(name, `There is no parameter ${name} here.`);
}

/**
 * Which part of a list a query asks for.
 * @throws PlinthError `invalid_argument` naming the first parameter that is unknown, repeated or of the wrong type.
 */
export function selection(query: string, fields: ListFields): ListSelection {
  const given = new Map(parameters(query));
  const limit = take(given, "limit");
  const cursor = take(given, "cursor");
  const sort = take(given, "sort");
  if (cursor === "") throw invalid("cursor", "cursor must be the next of a page before.");
  return {
    limit: limit === null ? LIMIT_DEFAULT : readLimit(limit),
    cursor,
    sort: sort === null ? [] : readSort(sort, fields.sort),
    filters: readFilters(given, fields.filter),
  };
}

/**
 * What a query filters by, where it can do nothing else: a watched list has no pages and no order.
 * @throws PlinthError `invalid_argument` as `selection` does.
 */
export function filters(query: string, fields: ListFields): readonly Filter[] {
  return readFilters(parameters(query), fields.filter);
}

function take(given: Map<string, string>, name: string): string | null {
  const value = given.get(name);
  given.delete(name);
  return value ?? null;
}

function readLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIMIT_MAX)
    throw invalid("limit", `limit must be a whole number from 1 to ${LIMIT_MAX}.`);
  return limit;
}

function readSort(text: string, sortable: readonly string[]): ListSelection["sort"] {
  const seen = new Set<string>();
  return text.split(",").map((part) => {
    const descending = part.startsWith("-");
    const field = descending ? part.slice(1) : part;
    if (!sortable.includes(field))
      throw invalid("sort", `sort can only name ${sortable.join(", ") || "no field"}.`);
    if (seen.has(field)) throw invalid("sort", `sort names ${field} twice.`);
    seen.add(field);
    return { field, descending };
  });
}

const FILTER = /^([^[\]]+)(?:\[(gte|gt|lte|lt)\])?$/;

function readFilters(given: ReadonlyMap<string, string>, fields: ListFields["filter"]): Filter[] {
  return [...given].map(([name, text]) => {
    const match = FILTER.exec(name);
    const field = match && fields.get(match[1]!);
    if (!field) throw invalid(name, `There is no parameter ${name} here.`);
    const op = (match[2] ?? "eq") as Filter["op"];
    return { field: field.name, op, value: fieldValue(field, op, text, name) };
  });
}
