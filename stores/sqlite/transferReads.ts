import {
  type CopyOrigin,
  type Place,
  SECTIONS,
  type Section,
  type SectionRecords,
  type TableName,
  type UnfinishedCopy,
} from "@plinth/ports";
import type { Database, Value } from "./connection.ts";
import { quoted, stateTable, viewTable } from "./identifiers.ts";

/** A page ends before the record that would make it longer than this, in UTF-16 units. */
const PAGE_MAX = 8 * 1024 * 1024;

/** Of the counters, that of checks is none that a copy needs. */
const READ_NUMBERS = (after: string) => `
  SELECT name, value
  FROM counters
  WHERE name <> 'checks' AND ${after}
  ORDER BY name
  LIMIT ?`;

/** CROSS JOIN keeps the order, here and below. */
const READ_EVENTS = (after: string) => `
  SELECT
    events.position, streams.tenant, streams.entity, streams.key, events.version,
    event_types.name, events.data, events.at, events.actor, events.trace
  FROM events
  CROSS JOIN event_types ON event_types.id = events.type
  CROSS JOIN streams ON streams.id = events.stream
  WHERE ${after}
  ORDER BY events.position
  LIMIT ?`;

const READ_ANSWERS = (after: string) => `
  SELECT
    answers.id, streams.tenant, streams.entity, streams.key, answers.version, answers.position,
    answers.events, answers.fingerprint, answers.refusal, answers.at, answers.n
  FROM answers
  CROSS JOIN streams ON streams.id = answers.stream
  WHERE ${after}
  ORDER BY answers.n
  LIMIT ?`;

const READ_UNIQUE = (after: string) => `
  SELECT held.tenant, held.name, held.value, streams.entity, streams.key
  FROM unique_values AS held
  CROSS JOIN streams ON streams.id = held.stream
  WHERE ${after}
  ORDER BY held.tenant, held.name, held.value
  LIMIT ?`;

const READ_STATES = (table: string, after: string) => `
  SELECT kept.tenant, streams.entity, kept.key, kept.version, kept.state
  FROM ${quoted(table)} AS kept
  CROSS JOIN streams ON streams.id = kept.stream
  WHERE ${after}
  ORDER BY kept.tenant, kept.key
  LIMIT ?`;

const READ_GENERATIONS = (after: string) => `
  SELECT view, generation, status, fingerprint
  FROM generations
  WHERE ${after}
  ORDER BY view, generation
  LIMIT ?`;

const READ_ROWS = (table: string, after: string) => `
  SELECT tenant, key, row, position
  FROM ${quoted(table)}
  WHERE ${after}
  ORDER BY tenant, key
  LIMIT ?`;

const READ_SUBSCRIPTIONS = (after: string) => `
  SELECT subscription, shard, position, token
  FROM subscriptions
  WHERE ${after}
  ORDER BY subscription, shard
  LIMIT ?`;

const READ_PARKS = (after: string) => `
  SELECT subscription, shard, key, position, status, attempts, due_at, error, data, parked_at
  FROM parks
  WHERE ${after}
  ORDER BY subscription, position
  LIMIT ?`;

/** Numbered as they come, and none is ever removed. */
const READ_DISCARDED = (after: string) => `
  SELECT id, subscription, position, key, error, reason, by, at
  FROM discarded
  WHERE ${after}
  ORDER BY id
  LIMIT ?`;

const COUNT = (table: string) => `SELECT count(*) AS count FROM ${quoted(table)}`;

const COUNT_NUMBERS = "SELECT count(*) AS count FROM counters WHERE name <> 'checks'";

/** There are no holes in the log: it need not be looked through. */
const COUNT_EVENTS = "SELECT coalesce(max(position) - min(position) + 1, 0) AS count FROM events";

const FIND_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";

const FIND_STATE_TABLES = `
  SELECT name FROM sqlite_schema
  WHERE type = 'table' AND name LIKE 'state!_%' ESCAPE '!'
  ORDER BY name`;

const FIND_ENTITY = (table: string) => `
  SELECT streams.entity
  FROM ${quoted(table)} AS kept CROSS JOIN streams ON streams.id = kept.stream
  LIMIT 1`;

const LIST_GENERATIONS = "SELECT view, generation FROM generations ORDER BY view, generation";

const FIND_OWNERS = "SELECT DISTINCT owner FROM subscriptions WHERE owner IS NOT NULL AND expires_at > ?";

/** Rows: of what the copy is made (`origin`, as JSON), and the place of each section that has come to one. */
export const COPY_TABLE = "unfinished_copy";

const READ_COPY = `SELECT name, value FROM ${COPY_TABLE}`;

/** Records as they travel between threads: their values one after another, so many to each. */
export interface FlatPage {
  readonly width: number;
  readonly values: readonly Value[];
  readonly place: Place | null;
}

/** What is read for a copy, on the thread that reads. */
export const transferReads = {
  countSections,
  findOwners: (database: Database, now: number): string[] =>
    database.all<{ owner: string }>(FIND_OWNERS, now).map(({ owner }) => owner),
  findCopy,
  readSection: (database: Database, section: Section, after: Place | null, limit: number): FlatPage =>
    database.atOnce(() => READ[section](database, after === null ? null : (JSON.parse(after) as Key), limit)),
};

/** The values of a place, one for each column that its section is sorted by. */
type Key = readonly Value[];

type Read = (database: Database, after: Key | null, limit: number) => FlatPage;

const READ: Readonly<Record<Section, Read>> = {
  numbers: inOrder(READ_NUMBERS, ["name"], ([name]) => [name!]),
  events: inOrder(READ_EVENTS, ["events.position"], ([position]) => [position!]),
  answers: (database, after, limit) => withoutLast(readAnswers(database, after, limit)),
  unique: inOrder(READ_UNIQUE, ["held.tenant", "held.name", "held.value"], (record) => record.slice(0, 3)),
  states: readStates,
  generations: readGenerations,
  rows: readRows,
  subscriptions: inOrder(READ_SUBSCRIPTIONS, ["subscription", "shard"], (record) => record.slice(0, 2)),
  parks: inOrder(READ_PARKS, ["subscription", "position"], ([subscription, , , position]) => [
    subscription!,
    position!,
  ]),
  discarded: inOrder(READ_DISCARDED, ["id"], ([id]) => [id!]),
};

const readAnswers = inOrder(READ_ANSWERS, ["answers.n"], (record) => [record.at(-1)!]);

/** Reads a section by the columns that it is sorted by; `placeOf` finds them in a record. */
function inOrder(
  sql: (after: string) => string,
  columns: readonly string[],
  placeOf: (record: readonly Value[]) => Key,
): Read {
  const first = sql("TRUE");
  const next = sql(`(${columns.join(", ")}) > (${columns.map(() => "?").join(", ")})`);
  return (database, after, limit) =>
    fitting(after ? database.arrays(next, ...after, limit) : database.arrays(first, limit), placeOf, after);
}

/** What fits a page; one record always does. */
function fitting(
  records: Iterable<Value[]>,
  placeOf: (record: readonly Value[]) => Key,
  after: Key | null,
): FlatPage {
  const values: Value[] = [];
  let last: Value[] | null = null;
  let length = 0;
  for (const record of records) {
    for (const value of record) length += typeof value === "string" ? value.length : 8;
    if (length > PAGE_MAX && last) break;
    for (const value of record) values.push(value);
    last = record;
  }
  const place = last ? placeOf(last) : after;
  return { width: last?.length ?? 0, values, place: place && JSON.stringify(place) };
}

/** Without the column that only the place is made of. */
function withoutLast({ width, values, place }: FlatPage): FlatPage {
  return { width: width - 1, values: values.filter((_, at) => at % width < width - 1), place };
}

/** Table by table. A page ends with its table. */
function readStates(database: Database, after: Key | null, limit: number): FlatPage {
  for (const entity of entitiesOf(database)) {
    const from = after?.[0] === entity ? after : null;
    if (after && !from && entity < String(after[0])) continue;
    const read = inOrder(
      (beyond) => READ_STATES(stateTable(entity), beyond),
      ["kept.tenant", "kept.key"],
      ([tenant, , key]) => [tenant!, key!],
    );
    const page = read(database, from?.slice(1) ?? null, limit);
    if (page.values.length > 0) return { ...page, place: placeIn([entity], page) };
  }
  return { width: 0, values: [], place: after && JSON.stringify(after) };
}

/** Entities that have stored states. */
function entitiesOf(database: Database): string[] {
  const tables = database.all<{ name: string }>(FIND_STATE_TABLES);
  const entities = tables.map(({ name }) => database.first<{ entity: string }>(FIND_ENTITY(name))?.entity);
  return entities.filter((entity) => entity !== undefined).sort();
}

function readGenerations(database: Database, after: Key | null, limit: number): FlatPage {
  const read = inOrder(READ_GENERATIONS, ["view", "generation"], (record) => record.slice(0, 2));
  const { width, values, place } = read(database, after, limit);
  const withTable = Array.from({ length: values.length / width }, (_, at) => {
    const record = values.slice(at * width, (at + 1) * width);
    const [view, generation] = record as [string, number];
    return [...record, hasTable(database, { view, generation }) ? 1 : 0];
  });
  return { width: width + 1, values: withTable.flat(), place };
}

function hasTable(database: Database, table: TableName): boolean {
  return database.first(FIND_TABLE, viewTable(table)) !== null;
}

/** Table by table, as states are. */
function readRows(database: Database, after: Key | null, limit: number): FlatPage {
  for (const table of database.all<TableName>(LIST_GENERATIONS)) {
    const { view, generation } = table;
    const [lastView, lastGeneration] = (after ?? []) as [string?, number?];
    const from = lastView === view && lastGeneration === generation ? after : null;
    if (after && !from && isBefore(table, lastView!, lastGeneration!)) continue;
    if (!hasTable(database, table)) continue;
    const read = inOrder(
      (beyond) => READ_ROWS(viewTable(table), beyond),
      ["tenant", "key"],
      (record) => record.slice(0, 2),
    );
    const page = read(database, from?.slice(2) ?? null, limit);
    if (page.values.length === 0) continue;
    const place = placeIn([view, generation], page);
    return { width: page.width + 2, values: withFirst([view, generation], page), place };
  }
  return { width: 0, values: [], place: after && JSON.stringify(after) };
}

/** As SQLite sorts them: names are ASCII. */
function isBefore({ view, generation }: TableName, otherView: string, otherGeneration: number): boolean {
  return view < otherView || (view === otherView && generation < otherGeneration);
}

function placeIn(table: Key, { place }: FlatPage): Place {
  return JSON.stringify([...table, ...(JSON.parse(place!) as Key)]);
}

function withFirst(first: Key, { width, values }: FlatPage): Value[] {
  const flat: Value[] = [];
  for (const [at, value] of values.entries()) {
    if (at % width === 0) flat.push(...first);
    flat.push(value);
  }
  return flat;
}

/** How many records each section has. */
export function countSections(database: Database): Record<Section, number> {
  const found = (sql: string) => database.first<{ count: number }>(sql)!.count;
  const count = (table: string) => found(COUNT(table));
  const states = entitiesOf(database).map((entity) => count(stateTable(entity)));
  const tables = database.all<TableName>(LIST_GENERATIONS).filter((table) => hasTable(database, table));
  const rows = tables.map((table) => count(viewTable(table)));
  return {
    numbers: found(COUNT_NUMBERS),
    events: found(COUNT_EVENTS),
    answers: count("answers"),
    unique: count("unique_values"),
    states: sum(states),
    generations: count("generations"),
    rows: sum(rows),
    subscriptions: count("subscriptions"),
    parks: count("parks"),
    discarded: count("discarded"),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The copy that the file is to become, and how far it is; null where there is none. */
export function findCopy(database: Database): UnfinishedCopy | null {
  if (database.first(FIND_TABLE, COPY_TABLE) === null) return null;
  const found = database.all<{ name: string; value: string }>(READ_COPY);
  const kept = new Map(found.map(({ name, value }) => [name, value]));
  const places = SECTIONS.map((section) => [section, kept.get(section) ?? null]);
  return { origin: JSON.parse(kept.get("origin")!) as CopyOrigin, places: Object.fromEntries(places) };
}

/** The records of a page, one by one. */
export function recordsIn<Name extends Section>({ width, values }: FlatPage): SectionRecords[Name][] {
  const records: SectionRecords[Name][] = [];
  for (let at = 0; at < values.length; at += width)
    records.push(values.slice(at, at + width) as unknown as SectionRecords[Name]);
  return records;
}
