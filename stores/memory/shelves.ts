import type { Section, SectionRecords } from "@plinth/ports";

/** A section as it is kept: its records in an order that stays the same while nothing is written. */
export interface Shelf<Name extends Section> {
  size(): number;
  /** At most `limit` records from this index on. */
  from(index: number, limit: number): readonly SectionRecords[Name][];
  put(record: SectionRecords[Name]): void;
}

/** The shelves of some sections. */
export type Shelves<Names extends Section> = { readonly [Name in Names]: Shelf<Name> };

/** A shelf of what is looked up whole and turned into records one by one. */
export function shelf<Name extends Section, Item>(
  items: () => Iterable<Item>,
  recordOf: (item: Item) => SectionRecords[Name],
  put: (record: SectionRecords[Name]) => unknown,
): Shelf<Name> {
  return {
    size: () => [...items()].length,
    from: (index, limit) => [...items()].slice(index, index + limit).map(recordOf),
    put,
  };
}
