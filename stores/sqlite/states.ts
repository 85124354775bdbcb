import type { StreamName } from "@plinth/model";
import type { Json, ListQuery, States, StoredState } from "@plinth/ports";
import type { Connection, Database } from "./connection.ts";
import { quoted, stateTable } from "./identifiers.ts";
import { type Documents, fieldIndex, listQueries } from "./lists.ts";
import type { READS } from "./reads.ts";
import type { Remote } from "./thread.ts";
import type { Transaction } from "./transaction.ts";

/**
 * A table per entity: every commit pays only for the indexes of its own entity. Stored states can be large
 * documents, so they are kept by the stream's number and not within an index on the key.
 */
const CREATE = (table: string) => `
  CREATE TABLE IF NOT EXISTS ${quoted(table)} (
    stream  INTEGER PRIMARY KEY,
    tenant  TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    state   TEXT NOT NULL,
    UNIQUE (tenant, key)
  ) STRICT`;

const KEEP = (table: string) => `
  INSERT INTO ${quoted(table)} (stream, tenant, key, version, state)
  VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (stream) DO UPDATE SET version = excluded.version, state = excluded.state`;

const GET = (table: string) => `
  SELECT key AS id, version, state
  FROM ${quoted(table)}
  WHERE tenant = ? AND key = ?`;

const FIND_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";

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
  stream: number,
  version: number,
  state: Json,
): void {
  const keep = known.keepState.get(entity) ?? KEEP(stateTable(entity));
  if (!known.keepState.has(entity)) database.exec(CREATE(stateTable(entity)));
  known.keepState.set(entity, keep);
  database.run(keep, stream, tenant, id, version, state);
}

export class SqliteStates implements States {
  readonly #writer: Remote<typeof stateWrites>;
  readonly #reader: Remote<typeof READS>;
  readonly #reading: Connection;
  /** By entity whose table was seen, how its states are read: there is no table before the first is stored. */
  readonly #get = new Map<string, string>();

  constructor(writer: Remote<typeof stateWrites>, reader: Remote<typeof READS>, reading: Connection) {
    this.#writer = writer;
    this.#reader = reader;
    this.#reading = reading;
  }

  async get({ tenant, entity, id }: StreamName): Promise<StoredState | null> {
    return this.#reading.use((database) => {
      const get = this.#statement(database, entity);
      return get === null ? null : database.first<StoredState>(get, tenant, id);
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

  #statement(database: Database, entity: string): string | null {
    if (!this.#get.has(entity) && database.first(FIND_TABLE, stateTable(entity)))
      this.#get.set(entity, GET(stateTable(entity)));
    return this.#get.get(entity) ?? null;
  }
}

type StateRow = [id: string, version: number, state: Json];

function documentsOf(entity: string): Documents {
  return { table: stateTable(entity), json: "state", columns: "key, version, state" };
}
