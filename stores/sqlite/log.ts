import type { StreamName } from "@plinth/model";
import {
  type Answer,
  type Commit,
  checkCommit,
  type Log,
  type LogPage,
  type LogQuery,
  type Outcome,
  type RecordedEvent,
} from "@plinth/ports";
import { findHead, type logWrites, type Verdict } from "./append.ts";
import { flatten } from "./commits.ts";
import type { Connection, Database, Value } from "./connection.ts";
import type { READS } from "./reads.ts";
import { findStream, positionsOf } from "./streams.ts";
import type { Tables } from "./tables.ts";
import type { Remote } from "./thread.ts";

/** A page ends before the event that would make its data longer than this, in UTF-16 units. */
const PAGE_MAX = 8 * 1024 * 1024;

/**
 * Positions that a filtered read looks through on the calling thread: a millisecond or two. Where nothing is
 * found among them, the reader's thread looks for the next event.
 */
const STRETCH = 8192;

const COLUMNS = `
  events.position, streams.tenant, streams.entity, streams.key, events.version,
  event_types.name, events.data, events.at, events.actor, events.trace`;

/** CROSS JOIN keeps the order, here and below: from the events to what their numbers stand for. */
const READ = `
  SELECT ${COLUMNS}
  FROM events
  CROSS JOIN event_types ON event_types.id = events.type
  CROSS JOIN streams ON streams.id = events.stream
  WHERE events.position > ? AND events.position <= ?
  ORDER BY events.position
  LIMIT ?`;

const READ_ENTITIES = `
  SELECT ${COLUMNS}
  FROM events
  CROSS JOIN event_types ON event_types.id = events.type
  CROSS JOIN streams ON streams.id = events.stream
  WHERE events.position > ? AND events.position <= ?
    AND events.type IN (SELECT id FROM event_types WHERE entity IN (SELECT value FROM json_each(?)))
  ORDER BY events.position
  LIMIT ?`;

const FIND_NEXT = `
  SELECT position
  FROM events
  WHERE position > ? AND position <= ?
    AND type IN (SELECT id FROM event_types WHERE entity IN (SELECT value FROM json_each(?)))
  ORDER BY position
  LIMIT ?`;

const READ_ONE = `
  SELECT ${COLUMNS}
  FROM events
  CROSS JOIN event_types ON event_types.id = events.type
  CROSS JOIN streams ON streams.id = events.stream
  WHERE events.position = ?`;

export class SqliteLog implements Log {
  readonly #writer: Remote<typeof logWrites>;
  readonly #reader: Remote<typeof READS>;
  readonly #reading: Connection;
  readonly #tables: Tables;
  readonly #listeners = new Set<{ readonly call: (position: number) => void }>();

  constructor(
    writer: Remote<typeof logWrites>,
    reader: Remote<typeof READS>,
    reading: Connection,
    tables: Tables,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#reading = reading;
    this.#tables = tables;
  }

  async append(batch: readonly Commit[]): Promise<readonly Outcome[]> {
    for (const commit of batch) checkCommit(commit);
    const verdicts = await this.#writer.append(flatten(batch));
    const reached = verdicts.findLast((verdict) => typeof verdict === "number");
    if (reached !== undefined) this.#hint(reached);
    return verdicts.map((verdict, at) => outcomeOf(verdict, batch[at]!));
  }

  async head(): Promise<number> {
    return this.#reading.use(findHead);
  }

  async read({ after, limit, entities }: LogQuery): Promise<LogPage> {
    const head = Math.max(after, await this.head());
    if (!entities) return this.#page(READ, after, head, limit);
    const filter = JSON.stringify(entities);
    const end = Math.min(head, after + STRETCH);
    const page = this.#page(READ_ENTITIES, after, end, limit, filter);
    if (page.events.length > 0 || end === head) return page;
    const [next] = await this.#reader.page([{ sql: FIND_NEXT, values: [end, head, filter] }], 1);
    if (!next) return { events: [], position: head };
    const from = Number(next[0]) - 1;
    return this.#page(READ_ENTITIES, from, Math.min(head, from + STRETCH), limit, filter);
  }

  /** What leads back from the head never changes, so nothing here needs to be read at one moment. */
  async readStream(name: StreamName, afterVersion: number, limit: number): Promise<readonly RecordedEvent[]> {
    return this.#reading.use((database) => {
      const stream = findStream(database, this.#tables, name);
      if (stream.version <= afterVersion) return [];
      return fitting(oneByOne(database, positionsOf(database, stream, afterVersion, limit))).events;
    });
  }

  async version(stream: StreamName): Promise<number> {
    return this.#reading.use((database) => findStream(database, this.#tables, stream).version);
  }

  async answer(commandId: string): Promise<Answer | null> {
    return this.#writer.answer(commandId);
  }

  async forget(before: string, limit: number): Promise<number> {
    return this.#writer.forget(before, limit);
  }

  onAppend(call: (position: number) => void): () => void {
    const listener = { call };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Listeners are on their own: what one of them throws is not the committer's. */
  #hint(position: number): void {
    for (const { call } of this.#listeners) queueMicrotask(() => call(position));
  }

  /**
   * A page of the stretch between two positions. The end was read before the events are, so what is committed
   * meanwhile lies beyond it and is not passed over.
   */
  #page(sql: string, after: number, end: number, limit: number, ...filter: readonly Value[]): LogPage {
    return this.#reading.use((database) => {
      const page = fitting(database.arrays(sql, after, end, ...filter, limit));
      const isWhole = !page.cut && page.events.length < limit;
      return { events: page.events, position: isWhole ? end : (page.events.at(-1)?.position ?? after) };
    });
  }
}

/** The events at these positions. */
function* oneByOne(database: Database, positions: readonly number[]): Iterable<Value[]> {
  for (const position of positions) yield* database.arrays(READ_ONE, position);
}

/** Events as far as they fit a page; one always does. */
function fitting(rows: Iterable<Value[]>) {
  const found: RecordedEvent[] = [];
  let length = 0;
  for (const row of rows) {
    const event = eventOf(row);
    length += event.data.length;
    if (length > PAGE_MAX && found.length > 0) return { events: found, cut: true };
    found.push(event);
  }
  return { events: found, cut: false };
}

function eventOf(row: readonly Value[]): RecordedEvent {
  const [position, tenant, entity, id, version, type, data, at, actor, trace] = row as EventRow;
  return { position, stream: { tenant, entity, id }, version, type, data, at, actor, trace };
}

/** The values of `COLUMNS`. */
type EventRow = [
  position: number,
  tenant: string,
  entity: string,
  id: string,
  version: number,
  type: string,
  data: string,
  at: string,
  actor: string,
  trace: string | null,
];

function outcomeOf(verdict: Verdict, { expectedVersion, events }: Commit): Outcome {
  if (typeof verdict !== "number") return verdict;
  return { kind: "accepted", version: expectedVersion + events.length, position: verdict };
}
