import { PlinthError } from "./errors.ts";
import type { Json } from "./json.ts";

/**
 * What a store keeps, as it travels to another store: each section is a table of plain records, in columns of this order.
 * What can be made of these again is left out: indexes, the versions of streams. Nothing is changed on the way: JSON and
 * times are the text that the store was given.
 */
export interface SectionRecords {
  /**
   * Numbers that only grow. `log start` (always there): the position before the log's first. Where they are above 0,
   * `lease token`: the last fencing token, and `generation of <view>`: the highest number ever used for the view.
   */
  readonly numbers: readonly [name: string, value: number];
  readonly events: readonly [
    position: number,
    tenant: string,
    entity: string,
    id: string,
    version: number,
    type: string,
    data: Json,
    at: string,
    actor: string,
    trace: string | null,
  ];
  /** First answers to command ids; `commandAt` is the time of the commit, by which they are forgotten. */
  readonly answers: readonly [
    commandId: string,
    tenant: string,
    entity: string,
    id: string,
    version: number,
    position: number,
    events: number,
    fingerprint: string,
    refusal: Json | null,
    commandAt: string,
  ];
  /** Values held unique, with the stream of the same tenant that holds them. */
  readonly unique: readonly [tenant: string, index: string, value: string, entity: string, id: string];
  readonly states: readonly [tenant: string, entity: string, id: string, version: number, state: Json];
  /** `table`: 1 where the generation has a table for rows, be it empty; else 0. */
  readonly generations: readonly [
    view: string,
    generation: number,
    status: string,
    fingerprint: string,
    table: number,
  ];
  /** Rows of the generations that are on the list. */
  readonly rows: readonly [
    view: string,
    generation: number,
    tenant: string,
    key: string,
    row: Json,
    position: number,
  ];
  /** Checkpoints. Who holds the lease does not travel: on the other side nobody does. */
  readonly subscriptions: readonly [subscription: string, shard: number, position: number, token: number];
  readonly parks: readonly [
    subscription: string,
    shard: number,
    key: string,
    position: number,
    status: string,
    attempts: number,
    dueAt: number,
    error: string,
    data: Json | null,
    parkedAt: number,
  ];
  /** `place`: 1, 2 and so on, in the order in which they were discarded. */
  readonly discarded: readonly [
    place: number,
    subscription: string,
    position: number,
    key: string,
    error: string,
    reason: string,
    by: string,
    at: string,
  ];
}

/** Name of a section. */
export type Section = keyof SectionRecords;

/** Every section, in the order in which they are written. */
export const SECTIONS: readonly Section[] = [
  "numbers",
  "events",
  "answers",
  "unique",
  "states",
  "generations",
  "rows",
  "subscriptions",
  "parks",
  "discarded",
];

/**
 * Where reading a section has come to, as the store that is read writes it down: nobody else reads it. It means the same
 * to another process later, where the store is durable.
 */
export type Place = string;

/** Records of a section, and the place of the last one. No records: the section has no more. */
export interface SectionPage<Name extends Section = Section> {
  readonly records: readonly SectionRecords[Name][];
  readonly place: Place | null;
}

/** What a copy is made of. */
export interface CopyOrigin {
  /** Names the store that is copied, for people to read: no password is in it. */
  readonly source: string;
  /** Tells by another text that the source is not what it was when the copy was begun. */
  readonly mark: string;
}

/** A copy that was begun and not finished, and how far each section has come; null where nothing of it is written. */
export interface UnfinishedCopy {
  readonly origin: CopyOrigin;
  readonly places: Readonly<Record<Section, Place | null>>;
}

/**
 * Moves everything that a store keeps to another one. Reading is for a store that nobody writes to: what is changed
 * meanwhile may be in the copy or not, page by page. Writing is for an empty store, which from `begin` to `finish` refuses
 * all other writes and its `check` as `unfinishedCopy` says, and refuses to be opened unless by `StoreOptions.copying`.
 */
export interface Transfer {
  /** How many records each section has. */
  counts(): Promise<Readonly<Record<Section, number>>>;
  /** Who holds a lease that has not run out, by the store's clock: they are at work on this store. */
  owners(): Promise<readonly string[]>;
  /**
   * Records after a place (null: from the beginning), at most `limit` and about 8 MiB of them, but one at least where
   * there is one. In an order that stays the same while nothing is written; events and discarded ones ascend.
   */
  read<Name extends Section>(section: Name, after: Place | null, limit: number): Promise<SectionPage<Name>>;
  /** The copy that this store is to become; null where it is none, or a finished one. */
  unfinished(): Promise<UnfinishedCopy | null>;
  /**
   * From now on the store is a copy to be finished. Rejects with `already_exists`, having changed nothing, where it keeps
   * anything, or is one already.
   */
  begin(origin: CopyOrigin): Promise<void>;
  /**
   * Writes a page that follows a place of its section, and moves the section to the page's place, in one transaction that
   * is durable when this resolves. Where the section is not at `after`, which is so where this very page was written
   * before, nothing is changed. Resolves to the place at which the section is then. Sections are written one after the
   * other, as they are listed; rejects with `invalid_argument` where no copy has begun.
   */
  write<Name extends Section>(
    section: Name,
    after: Place | null,
    page: SectionPage<Name>,
  ): Promise<Place | null>;
  /** The copy is whole: from now on the store is one like any other. Rejects as `write`. */
  finish(): Promise<void>;
}

/** Why a store with an unfinished copy refuses. */
export function unfinishedCopy({ source }: CopyOrigin): PlinthError {
  return new PlinthError(
    "unavailable",
    `The store holds an unfinished copy of ${source}: finish it with plinth copy, or remove it.`,
  );
}

/** Why a store is not copied into. */
export function notEmpty(counts: Readonly<Record<Section, number>>): PlinthError {
  const kept = SECTIONS.filter((section) => section !== "numbers" && counts[section] > 0);
  const what = kept.map((section) => `${section}: ${counts[section]}`).join(", ");
  return new PlinthError(
    "already_exists",
    `The store is not empty (${what || "it was used before"}): a copy needs a new one.`,
  );
}

/** Why nothing is copied into a store. */
export function noCopy(): PlinthError {
  return new PlinthError("invalid_argument", "No copy into this store has begun.");
}
