import {
  type Checkpoint,
  checkRow,
  type Json,
  type ListQuery,
  type Row,
  type RowChange,
  type Rows,
  type TableName,
} from "@plinth/ports";
import type { Connection, Database, Value } from "./connection.ts";
import { quoted, viewTable } from "./identifiers.ts";
import { type Documents, fieldIndex, listQueries } from "./lists.ts";
import type { READS } from "./reads.ts";
import { moveCheckpoint } from "./subscriptions.ts";
import { findable } from "./texts.ts";
import type { Remote } from "./thread.ts";
import type { Transaction } from "./transaction.ts";

const CREATE = (table: string) => `
  CREATE TABLE IF NOT EXISTS ${quoted(table)} (
    tenant   TEXT NOT NULL,
    key      TEXT NOT NULL,
    row      TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
  ) STRICT, WITHOUT ROWID`;

export const PUT_ROW = (table: string) => `
  INSERT INTO ${quoted(table)} (tenant, key, row, position)
  VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET row = excluded.row, position = excluded.position`;

const REMOVE = (table: string) => `DELETE FROM ${quoted(table)} WHERE tenant = ? AND key = ?`;

const GET = (table: string) => `
  SELECT key, row, position
  FROM ${quoted(table)}
  WHERE tenant = ? AND key = ?`;

const SCAN = (table: string) => `
  SELECT tenant, key, row, position
  FROM ${quoted(table)}
  ORDER BY tenant, key
  LIMIT ?`;

const SCAN_ON = (table: string) => `
  SELECT tenant, key, row, position
  FROM ${quoted(table)}
  WHERE (tenant, key) > (?, ?)
  ORDER BY tenant, key
  LIMIT ?`;

const EMPTY = (table: string) => `
  DELETE FROM ${quoted(table)}
  WHERE (tenant, key) IN (SELECT tenant, key FROM ${quoted(table)} LIMIT ?)`;

const DROP = (table: string) => `DROP TABLE IF EXISTS ${quoted(table)}`;

const FIND_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";

/** Rows that one transaction removes of a table that is dropped: other writes come in between. */
const EMPTY_MAX = 2000;

/** Row changes as they travel: tenant, key, row and position of each, one after another. */
export type FlatChanges = readonly Value[];

export const rowWrites = {
  createRows({ database }: Transaction, table: TableName, fields: readonly string[]): void {
    database.exec(CREATE(viewTable(table)));
    for (const field of fields) database.exec(fieldIndex(documentsOf(table), field));
  },

  /** True while there are more rows to remove. */
  emptyRows({ database }: Transaction, table: TableName): boolean {
    return exists(database, table) && database.run(EMPTY(viewTable(table)), EMPTY_MAX) === EMPTY_MAX;
  },

  dropRows({ database }: Transaction, table: TableName): void {
    database.exec(DROP(viewTable(table)));
  },

  writeRows(
    transaction: Transaction,
    table: TableName,
    changes: FlatChanges,
    checkpoint: Checkpoint,
  ): boolean {
    const { database } = transaction;
    if (!moveCheckpoint(transaction, checkpoint)) return false;
    const put = PUT_ROW(viewTable(table));
    const remove = REMOVE(viewTable(table));
    for (let at = 0; at < changes.length; at += 4) {
      const [tenant, key, row, position] = changes.slice(at, at + 4) as [string, string, Json | null, number];
      if (row === null) database.run(remove, tenant, key);
      else database.run(put, tenant, key, row, position);
    }
    return true;
  },
};

/** Which row of which tenant. */
interface Place {
  readonly tenant: string;
  readonly key: string;
}

export class SqliteRows implements Rows {
  readonly #writer: Remote<typeof rowWrites>;
  readonly #reader: Remote<typeof READS>;
  readonly #reading: Connection;

  constructor(writer: Remote<typeof rowWrites>, reader: Remote<typeof READS>, reading: Connection) {
    this.#writer = writer;
    this.#reader = reader;
    this.#reading = reading;
  }

  async create(table: TableName, fields: readonly string[]): Promise<void> {
    await this.#writer.createRows(table, fields);
  }

  async drop(table: TableName): Promise<void> {
    while (await this.#writer.emptyRows(table));
    await this.#writer.dropRows(table);
  }

  async get(table: TableName, tenant: string, key: string): Promise<Row | null> {
    return this.#reading.use((database) =>
      database.first<Row>(GET(viewTable(table)), findable(tenant), findable(key)),
    );
  }

  async getMany(table: TableName, keys: readonly Place[]): Promise<readonly (Row | null)[]> {
    return this.#reading.use((database) => {
      const get = GET(viewTable(table));
      return database.atOnce(() =>
        keys.map(({ tenant, key }) => database.first<Row>(get, findable(tenant), findable(key))),
      );
    });
  }

  async list(table: TableName, tenant: string, query: ListQuery): Promise<readonly Row[]> {
    const rows = await this.#reader.page(listQueries(documentsOf(table), tenant, query), query.limit);
    return (rows as ListedRow[]).map(([key, row, position]) => ({ key, row, position }));
  }

  async scan(table: TableName, after: Place | null, limit: number): Promise<readonly (Row & Place)[]> {
    const query = after
      ? { sql: SCAN_ON(viewTable(table)), values: [after.tenant, after.key] }
      : { sql: SCAN(viewTable(table)), values: [] };
    const rows = await this.#reader.page([query], limit);
    return (rows as ScannedRow[]).map(([tenant, key, row, position]) => ({ tenant, key, row, position }));
  }

  async write(table: TableName, changes: readonly RowChange[], checkpoint: Checkpoint): Promise<boolean> {
    const flat: Value[] = [];
    for (const change of changes) {
      checkRow(change);
      flat.push(change.tenant, change.key, change.row, change.position);
    }
    return this.#writer.writeRows(table, flat, checkpoint);
  }
}

type ListedRow = [key: string, row: Json, position: number];
type ScannedRow = [tenant: string, key: string, row: Json, position: number];

function documentsOf(table: TableName): Documents {
  return { table: viewTable(table), json: "row", columns: "key, row, position" };
}

function exists(database: Database, table: TableName): boolean {
  return database.first(FIND_TABLE, viewTable(table)) !== null;
}
