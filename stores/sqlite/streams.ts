import type { StreamName } from "@plinth/model";
import type { Database } from "./connection.ts";
import { quoted, stateTable } from "./identifiers.ts";
import type { KnownStream } from "./known.ts";
import type { Tables } from "./tables.ts";
import { findable } from "./texts.ts";
import type { Transaction } from "./transaction.ts";

const FIND_STREAM = "SELECT id, version, position FROM streams WHERE tenant = ? AND entity = ? AND key = ?";

const FIND_STATE_HEAD = (table: string) => `SELECT version, position FROM ${quoted(table)} WHERE stream = ?`;

const ADD_STREAM = "INSERT INTO streams (tenant, entity, key) VALUES (?, ?, ?) RETURNING id";

const MOVE_HEAD = "UPDATE streams SET version = ?, position = ? WHERE id = ?";

const ADD_MARK = "INSERT INTO stream_marks (stream, version, position) VALUES (?, ?, ?)";

const FIND_MARK = `
  SELECT position FROM stream_marks
  WHERE stream = ? AND version >= ?
  ORDER BY version
  LIMIT 1`;

/** From an event back along its stream, as far as a version; then the first of those that were passed. */
const WALK = `
  WITH RECURSIVE chain (position, version, previous) AS (
    SELECT position, version, previous FROM events WHERE position = ?1
    UNION ALL
    SELECT events.position, events.version, events.previous
    FROM chain CROSS JOIN events ON events.position = chain.previous
    WHERE chain.version > ?2 + 1
  )
  SELECT position FROM chain WHERE version > ?2 ORDER BY position LIMIT ?3`;

/** Every so many versions there is a mark: who reads a long stream from its beginning need not walk all of it. */
const MARK_EVERY = 256;

/** Before anything has happened to it. */
const UNKNOWN: KnownStream = { id: null, version: 0, position: 0, line: 0 };

type Head = Pick<KnownStream, "version" | "position">;

/**
 * A stream and its head. That stands with its state, where the last commit brought one, so that it costs no row of its
 * own; otherwise with its name. Neither ever goes back, so the higher one is right.
 */
export function findStream(
  database: Database,
  tables: Tables,
  { tenant, entity, id }: StreamName,
): KnownStream {
  const found = database.first<Head & { id: number }>(FIND_STREAM, findable(tenant), entity, findable(id));
  if (!found) return { ...UNKNOWN };
  const table = stateTable(entity);
  const kept = tables.has(database, table) ? database.first<Head>(FIND_STATE_HEAD(table), found.id) : null;
  return { ...UNKNOWN, ...found, ...(kept && kept.version > found.version ? kept : null) };
}

/** What the writer remembers of a stream; to be changed with it. */
export function knownStream({ database, known }: Transaction, stream: StreamName): KnownStream {
  const name = `${stream.tenant}\0${stream.entity}\0${stream.id}`;
  return known.stream(name, () => findStream(database, known.tables, stream));
}

/** The number of a stream; gives it one where it has none. */
export function streamId({ database }: Transaction, stream: KnownStream, name: StreamName): number {
  stream.id ??= database.first<{ id: number }>(ADD_STREAM, name.tenant, name.entity, name.id)!.id;
  return stream.id;
}

/** Moves the head of a stream to its next event, which is at this position. */
export function advance({ database }: Transaction, stream: KnownStream, position: number): void {
  stream.version += 1;
  stream.position = position;
  if (stream.version % MARK_EVERY === 0) database.run(ADD_MARK, stream.id, stream.version, position);
}

/** Keeps the head of a stream whose commit brings no state. */
export function keepHead({ database }: Transaction, { version, position, id }: KnownStream): void {
  database.run(MOVE_HEAD, version, position, id);
}

/** Where the events of a stream after a version are, ascending, at most `limit`. */
export function positionsOf(
  database: Database,
  { id, position }: KnownStream,
  afterVersion: number,
  limit: number,
): readonly number[] {
  const mark = database.first<{ position: number }>(FIND_MARK, id, afterVersion + limit);
  const found = database.all<{ position: number }>(WALK, mark?.position ?? position, afterVersion, limit);
  return found.map((event) => event.position);
}
