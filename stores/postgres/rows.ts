import {
  type Checkpoint,
  checkRow,
  type Json,
  type ListQuery,
  type Reached,
  type Row,
  type RowChange,
  type Rows,
  type TableName,
} from "@plinth/ports";
import type { Connections } from "./connection.ts";
import { viewTable } from "./identifiers.ts";
import { prepareTable } from "./indexes.ts";
import { type Documents, listQuery, type Query } from "./lists.ts";
import type { ListedRow, Replica } from "./replica.ts";
import { ADVANCE, checkpointValues } from "./subscriptions.ts";
import type { Tables } from "./tables.ts";
import { findable } from "./texts.ts";

/** The table of a generation's rows. */
export const CREATE = (table: string) => `
  CREATE TABLE ${table} (
    tenant   text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    "row"    text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant, key)
  ) WITH (fillfactor = 70, parallel_workers = 0)`;

const DROP = (table: string) => `DROP TABLE IF EXISTS ${table}`;

const GET = (table: string) => `SELECT key, "row", position FROM ${table} WHERE tenant = $1 AND key = $2`;

const GET_MANY = (table: string) => `
  SELECT kept.key, "row", position
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (tenant, key, n)
  LEFT JOIN ${table} kept ON kept.tenant = asked.tenant AND kept.key = asked.key
  ORDER BY n`;

const SCAN = (table: string) => `
  SELECT tenant, key, "row", position
  FROM ${table}
  ORDER BY tenant, key
  LIMIT $1`;

const SCAN_ON = (table: string) => `
  SELECT tenant, key, "row", position
  FROM ${table}
  WHERE (tenant, key) > ($2, $3)
  ORDER BY tenant, key
  LIMIT $1`;

/**
 * Rows and checkpoint, in one statement: whose lease is another's moves no checkpoint, and then changes no row. Its snapshot
 * may be older than the lock on the checkpoint, which is no harm: writes under one lease come one after the other, and one
 * that has had no answer is refused or done before the next lease is given (subscriptions.ts).
 */
const WRITE = (tables: Tables, table: string) => `
  WITH moved AS (
    ${ADVANCE(tables)} RETURNING position
  ), removed AS (
    DELETE FROM ${table} kept
    USING unnest($6::text[], $7::text[]) AS gone (tenant, key)
    WHERE kept.tenant = gone.tenant AND kept.key = gone.key AND EXISTS (SELECT FROM moved)
  ), put AS (
    INSERT INTO ${table} (tenant, key, "row", position)
    SELECT * FROM unnest($8::text[], $9::text[], $10::text[], $11::bigint[])
    WHERE EXISTS (SELECT FROM moved)
    ON CONFLICT (tenant, key) DO UPDATE SET "row" = excluded."row", position = excluded.position
  )
  SELECT position FROM moved`;

/** Which row of which tenant. */
interface Place {
  readonly tenant: string;
  readonly key: string;
}

export class PostgresRows implements Rows {
  readonly #connections: Connections;
  readonly #tables: Tables;
  readonly #replica: Replica | null;

  constructor(connections: Connections, tables: Tables, replica: Replica | null) {
    this.#connections = connections;
    this.#tables = tables;
    this.#replica = replica;
  }

  async create(table: TableName, fields: readonly string[]): Promise<void> {
    await prepareTable(this.#connections, this.#documentsOf(table), fields, async (session) => {
      await session.run(CREATE(this.#named(table)));
      return true;
    });
  }

  async drop(table: TableName): Promise<void> {
    await this.#connections.run(DROP(this.#named(table)));
  }

  async get(table: TableName, tenant: string, key: string, reached?: Reached): Promise<Row | null> {
    const query = { text: GET(this.#named(table)), values: [findable(tenant), findable(key)] };
    const [row] = await this.#listed(query, reached);
    return row ? rowOf(row) : null;
  }

  async getMany(table: TableName, keys: readonly Place[]): Promise<readonly (Row | null)[]> {
    const asked = [keys.map(({ tenant }) => findable(tenant)), keys.map(({ key }) => findable(key))];
    const rows = await this.#connections.rows<ListedRow | [null, null, null]>(
      GET_MANY(this.#named(table)),
      asked,
    );
    return rows.map((row) => (row[0] === null ? null : rowOf(row)));
  }

  async list(table: TableName, tenant: string, query: ListQuery, reached?: Reached): Promise<readonly Row[]> {
    const asked = listQuery(this.#documentsOf(table), tenant, query);
    return (await this.#listed(asked, reached)).map(rowOf);
  }

  async scan(table: TableName, after: Place | null, limit: number): Promise<readonly (Row & Place)[]> {
    const rows = after
      ? this.#connections.rows<ScannedRow>(SCAN_ON(this.#named(table)), [limit, after.tenant, after.key])
      : this.#connections.rows<ScannedRow>(SCAN(this.#named(table)), [limit]);
    return (await rows).map(([tenant, key, row, position]) => ({ tenant, key, row, position }));
  }

  async write(table: TableName, changes: readonly RowChange[], checkpoint: Checkpoint): Promise<boolean> {
    const last = new Map<string, RowChange>();
    for (const change of changes) {
      checkRow(change);
      last.set(`${change.tenant}\0${change.key}`, change);
    }
    const { removed, put } = columnsOf([...last.values()]);
    const values = [...checkpointValues(checkpoint), ...removed, ...put];
    const moved = await this.#connections.first(WRITE(this.#tables, this.#named(table)), values);
    return moved !== null;
  }

  /** From the replica where it may answer and can. What the primary refuses to read, it does not read either. */
  async #listed(query: Query, reached: Reached | undefined): Promise<readonly ListedRow[]> {
    const mayAnswer = this.#replica && reached && !this.#connections.refusal;
    const found = mayAnswer ? await this.#replica.listed(query, reached) : null;
    return found ?? this.#connections.rows<ListedRow>(query.text, query.values);
  }

  #named(table: TableName): string {
    return this.#tables.named(viewTable(table));
  }

  #documentsOf(table: TableName): Documents {
    return {
      tables: this.#tables,
      table: viewTable(table),
      json: '"row"',
      columns: 'key, "row", position',
      within: "TRUE",
    };
  }
}

function columnsOf(changes: readonly RowChange[]) {
  const gone = changes.filter(({ row }) => row === null);
  const kept = changes.filter(({ row }) => row !== null);
  return {
    removed: [gone.map(({ tenant }) => tenant), gone.map(({ key }) => key)],
    put: [
      kept.map(({ tenant }) => tenant),
      kept.map(({ key }) => key),
      kept.map(({ row }) => row),
      kept.map(({ position }) => position),
    ],
  };
}

type ScannedRow = [tenant: string, key: string, row: Json, position: number];

function rowOf([key, row, position]: ListedRow): Row {
  return { key, row, position };
}
