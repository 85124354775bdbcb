import type { StreamName } from "@plinth/model";
import type { Json, ListQuery, States, StoredState } from "@plinth/ports";
import type { Connection, Database } from "./connection.ts";
import { quoted, stateTable } from "./identifiers.ts";
import type { KnownStream } from "./known.ts";
import { type Documents, fieldIndex, listQueries } from "./lists.ts";
import type { READS } from "./reads.ts";
import type { Tables } from "./tables.ts";
import { findable } from "./texts.ts";
import type { Remote } from "./thread.ts";
import type { Transaction } from "./transaction.ts";

/**
 * A table per entity: every commit pays only for the indexes of its own entity. Stored states can be large
 * documents, so they are kept by the stream's number and not within an index on the key.
 */
const CREATE = (table: string) => `
  CREATE TABLE IF NOT EXISTS ${quoted(table)} (
    stream   INTEGER PRIMARY KEY,
    tenant   TEXT NOT NULL,
    key      TEXT NOT NULL,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state    TEXT NOT NULL,
    UNIQUE (tenant, key)
  ) STRICT`;

const KEEP = (table: string) => `
  INSERT INTO ${quoted(table)} (stream, tenant, key, version, position, state)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (stream) DO UPDATE
  SET version = excluded.version, position = excluded.position, state = excluded.state`;

const GET = (table: string) => `
  SELECT key AS id, version, state
  FROM ${quoted(table)}
  WHERE tenant = ? AND key = ?`;

export const stateWrites = {
  indexStates({ database }: Transaction, entity: string, fields: readonly string[]): void {
    database.exec(CREATE(stateTable(entity)));
    for (const field of fields) database.exec(fieldIndex(documentsOf(entity), field));
  },
};

/** Part of a commit. */
export function keepState(
  { database, known }: Transaction,
  { tenant, entity, id }: StreamName,
  { id: stream, version, position }: KnownStream,
  state: Json,
): void {
  const keep = known.keepState.get(entity) ?? KEEP(stateTable(entity));
  if (!known.keepState.has(entity)) database.exec(CREATE(stateTable(entity)));
  known.keepState.set(entity, keep);
  database.run(keep, stream, tenant, id, version, position, state);
}

export class SqliteStates implements States {
  readonly #writer: Remote<typeof stateWrites>;
  readonly #reader: Remote<typeof READS>;
  readonly #reading: Connection;
  readonly #tables: Tables;
  /** By entity, how its states are read. */
  readonly #get = new Map<string, string>();

  constructor(
    writer: Remote<typeof stateWrites>,
    reader: Remote<typeof READS>,
    reading: Connection,
    tables: Tables,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#reading = reading;
    this.#tables = tables;
  }

  async get({ tenant, entity, id }: StreamName): Promise<StoredState | null> {
    return this.#reading.use((database) => {
      const get = this.#statement(database, entity);
      return get === null ? null : database.first<StoredState>(get, findable(tenant), findable(id));
    });
  }

  async list(tenant: string, entity: string, query: ListQuery): Promise<readonly StoredState[]> {
    if (this.#reading.use((database) => this.#statement(database, entity)) === null) return [];
    const rows = await this.#reader.page(listQueries(documentsOf(entity), tenant, query), query.limit);
    return (rows as StateRow[]).map(([id, version, state]) => ({ id, version, state }));
  }

  async index(entity: string, fields: readonly string[]): Promise<void> {
    await this.#writer.indexStates(entity, fields);
  }

  /** Null before the first state of an entity is stored. */
  #statement(database: Database, entity: string): string | null {
    if (!this.#get.has(entity) && this.#tables.has(database, stateTable(entity)))
      this.#get.set(entity, GET(stateTable(entity)));
    return this.#get.get(entity) ?? null;
  }
}

type StateRow = [id: string, version: number, state: Json];

function documentsOf(entity: string): Documents {
  return { table: stateTable(entity), json: "state", columns: "key, version, state" };
}
