import {
  type CopyOrigin,
  noCopy,
  notEmpty,
  type Place,
  PlinthError,
  SECTIONS,
  type Section,
  type SectionPage,
  type SectionRecords,
  type Transfer,
  type UnfinishedCopy,
  unfinishedCopy,
} from "@plinth/ports";
import type { MemoryGenerations } from "./generations.ts";
import type { MemoryLog } from "./log.ts";
import type { MemoryParks } from "./parks.ts";
import { generationOfRecord, recordOfGeneration } from "./records.ts";
import type { MemoryRows } from "./rows.ts";
import { type Shelf, type Shelves, shelf } from "./shelves.ts";
import type { MemoryStates } from "./states.ts";
import type { MemorySubscriptions } from "./subscriptions.ts";
import type { Turns } from "./turns.ts";

/** A page ends with the record that makes it this long, in characters. */
const PAGE_MAX = 8 * 1024 * 1024;

const GENERATION_OF = "generation of ";

/** Everything that a store keeps something in. */
export interface Kept {
  readonly log: MemoryLog;
  readonly states: MemoryStates;
  readonly rows: MemoryRows;
  readonly generations: MemoryGenerations;
  readonly subscriptions: MemorySubscriptions;
  readonly parks: MemoryParks;
}

/** The place of a record is its index in its section. */
export class MemoryTransfer implements Transfer {
  readonly #turns: Turns;
  readonly #kept: Kept;
  readonly #shelves: Shelves<Section>;
  #places = new Map<Section, Place>();

  constructor(turns: Turns, kept: Kept) {
    this.#turns = turns;
    this.#kept = kept;
    this.#shelves = {
      ...kept.log.shelves,
      ...kept.states.shelves,
      ...kept.subscriptions.shelves,
      ...kept.parks.shelves,
      ...viewShelves(kept),
      numbers: numbersShelf(kept),
    };
  }

  async counts(): Promise<Readonly<Record<Section, number>>> {
    await this.#turns.nextOfCopy();
    return this.#counts();
  }

  async owners(): Promise<readonly string[]> {
    await this.#turns.nextOfCopy();
    return this.#kept.subscriptions.owners();
  }

  async read<Name extends Section>(
    section: Name,
    after: Place | null,
    limit: number,
  ): Promise<SectionPage<Name>> {
    await this.#turns.nextOfCopy();
    const index = Number(after ?? 0);
    const records = fitting(this.#shelf(section).from(index, limit));
    return { records, place: records.length === 0 ? after : String(index + records.length) };
  }

  async unfinished(): Promise<UnfinishedCopy | null> {
    await this.#turns.nextOfCopy();
    const { origin } = this.#turns;
    const places = SECTIONS.map((section) => [section, this.#places.get(section) ?? null]);
    return origin && { origin, places: Object.fromEntries(places) };
  }

  async begin(origin: CopyOrigin): Promise<void> {
    await this.#turns.nextOfCopy();
    if (this.#turns.origin)
      throw new PlinthError("already_exists", unfinishedCopy(this.#turns.origin).message);
    const counts = this.#counts();
    if (!isEmpty(counts)) throw notEmpty(counts);
    this.#turns.origin = origin;
  }

  async write<Name extends Section>(
    section: Name,
    after: Place | null,
    { records, place }: SectionPage<Name>,
  ): Promise<Place | null> {
    await this.#turns.nextOfCopy();
    if (!this.#turns.origin) throw noCopy();
    const reached = this.#places.get(section) ?? null;
    if (reached !== after || place === null) return reached;
    for (const record of records) this.#shelf(section).put(record);
    this.#places.set(section, place);
    return place;
  }

  async finish(): Promise<void> {
    await this.#turns.nextOfCopy();
    if (!this.#turns.origin) throw noCopy();
    this.#turns.origin = null;
    this.#places = new Map();
  }

  #shelf<Name extends Section>(section: Name): Shelf<Name> {
    return this.#shelves[section];
  }

  #counts(): Record<Section, number> {
    const counts = SECTIONS.map((section) => [section, this.#shelf(section).size()]);
    return Object.fromEntries(counts);
  }
}

/** Where a log begins is all that an empty store has. */
function isEmpty({ numbers, ...counts }: Readonly<Record<Section, number>>): boolean {
  return numbers <= 1 && Object.values(counts).every((count) => count === 0);
}

/** What fits a page; one record always does. */
function fitting<Name extends Section>(records: readonly SectionRecords[Name][]): SectionRecords[Name][] {
  let length = 0;
  const end = records.findIndex((record) => {
    length += record.join("").length;
    return length > PAGE_MAX;
  });
  return end < 0 ? [...records] : records.slice(0, Math.max(end, 1));
}

function viewShelves({ rows, generations }: Kept): Shelves<"generations" | "rows"> {
  return {
    generations: shelf(
      () => generations.kept,
      (one) => recordOfGeneration(one, rows.has(one)),
      (record) => {
        const one = generationOfRecord(record);
        generations.kept = [...generations.kept, one];
        if (record[4] === 1) rows.make(one);
      },
    ),
    rows: shelf(
      () => generations.kept.filter((one) => rows.has(one)).flatMap((one) => rowsOf(rows, one)),
      (record) => record,
      ([view, generation, tenant, key, row, position]) =>
        rows.keep({ view, generation }, { tenant, key, row, position }),
    ),
  };
}

function rowsOf(rows: MemoryRows, table: { view: string; generation: number }): SectionRecords["rows"][] {
  const { view, generation } = table;
  return [...rows.all(table)].map(({ tenant, key, row, position }) => [
    view,
    generation,
    tenant,
    key,
    row,
    position,
  ]);
}

function numbersShelf(kept: Kept): Shelf<"numbers"> {
  return shelf(
    () => numbersOf(kept),
    (record) => record,
    ([name, value]) => {
      if (name === "log start") kept.log.start = value;
      else if (name === "lease token") kept.subscriptions.lastToken = value;
      else kept.generations.highest.set(name.slice(GENERATION_OF.length), value);
    },
  );
}

function numbersOf({ log, subscriptions, generations }: Kept): SectionRecords["numbers"][] {
  const { lastToken } = subscriptions;
  return [
    ["log start", log.start],
    ...(lastToken > 0 ? [["lease token", lastToken] as const] : []),
    ...[...generations.highest].map(([view, highest]) => [GENERATION_OF + view, highest] as const),
  ];
}
