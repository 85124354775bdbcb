import type { FieldValue, Filter, Json, ListQuery } from "@plinth/ports";

/** The fields that an item is filtered and sorted by. */
type Fields = Readonly<Record<string, FieldValue>>;

/** Where an item stands in a sorted list. */
interface Place {
  readonly values: readonly FieldValue[];
  readonly key: string;
}

/** One page of items by key. */
export function listed<Item>(
  items: ReadonlyMap<string, Item>,
  json: (item: Item) => Json,
  { filters, sort, after, limit }: ListQuery,
): readonly Item[] {
  const order = (a: Place, b: Place) => comparePlaces(a, b, sort);
  return [...items]
    .map(([key, item]) => ({ key, item, fields: JSON.parse(json(item)) as Fields }))
    .filter(({ fields }) => filters.every((filter) => passes(filter, fields[filter.field] ?? null)))
    .map(({ key, item, fields }) => ({ key, item, values: sort.map(({ field }) => fields[field] ?? null) }))
    .filter((place) => after === null || order(place, after) > 0)
    .sort(order)
    .slice(0, limit)
    .map(({ item }) => item);
}

/** Null equals null, and is in no other relation to anything. */
function passes({ op, value }: Filter, field: FieldValue): boolean {
  if (op === "eq") return field === value;
  if (field === null || value === null) return false;
  const order = compareValues(field, value);
  if (op === "gt") return order > 0;
  if (op === "gte") return order >= 0;
  return op === "lt" ? order < 0 : order <= 0;
}

function comparePlaces(a: Place, b: Place, sort: ListQuery["sort"]): number {
  for (const [at, { descending }] of sort.entries()) {
    const order = compareValues(a.values[at]!, b.values[at]!);
    if (order !== 0) return descending ? -order : order;
  }
  return compareText(a.key, b.key);
}

function compareValues(a: FieldValue, b: FieldValue): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return Number(a) - Number(b);
}

/** By code point. JavaScript's own `<` goes by UTF-16 unit, which puts U+1F600 before U+FF5E. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++)
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
