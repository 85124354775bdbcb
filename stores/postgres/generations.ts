import { type Generation, type Generations, PlinthError, type TableName } from "@plinth/ports";
import type { Connections, Session } from "./connection.ts";
import type { Tables } from "./tables.ts";

const LIST = ({ schema }: Tables) => `
  SELECT view, generation, status, fingerprint
  FROM ${schema}.generations
  ORDER BY view, generation`;

const ADD = ({ schema }: Tables) => `
  WITH next AS (
    INSERT INTO ${schema}.counters (name, value) VALUES ('generation of ' || $1::text, 1)
    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
    RETURNING value
  )
  INSERT INTO ${schema}.generations (view, generation, status, fingerprint)
  SELECT $1::text, value, 'building', $2 FROM next
  RETURNING generation`;

/** Who changes a view's generations takes turns by its counter, and then looks. */
const LOCK = ({ schema }: Tables) => `
  SELECT value FROM ${schema}.counters WHERE name = 'generation of ' || $1::text FOR UPDATE`;

const FIND = ({ schema }: Tables) => `
  SELECT status FROM ${schema}.generations WHERE view = $1 AND generation = $2`;

const REMOVE_PREVIOUS = ({ schema }: Tables) => `
  DELETE FROM ${schema}.generations WHERE view = $1 AND generation <> $2 AND status = 'previous'`;

const RETIRE_LIVE = ({ schema }: Tables) => `
  UPDATE ${schema}.generations SET status = 'previous' WHERE view = $1 AND status = 'live'`;

const MAKE_LIVE = ({ schema }: Tables) => `
  UPDATE ${schema}.generations SET status = 'live' WHERE view = $1 AND generation = $2`;

const REMOVE = ({ schema }: Tables) => `
  DELETE FROM ${schema}.generations WHERE view = $1 AND generation = $2`;

export class PostgresGenerations implements Generations {
  readonly #connections: Connections;
  readonly #tables: Tables;

  constructor(connections: Connections, tables: Tables) {
    this.#connections = connections;
    this.#tables = tables;
  }

  async list(): Promise<readonly Generation[]> {
    const rows = await this.#connections.rows<GenerationRow>(LIST(this.#tables));
    return rows.map(([view, generation, status, fingerprint]) => ({ view, generation, status, fingerprint }));
  }

  async add(view: string, fingerprint: string): Promise<Generation> {
    const added = await this.#connections.first<[number]>(ADD(this.#tables), [view, fingerprint]);
    return { view, generation: added![0], status: "building", fingerprint };
  }

  async activate(table: TableName): Promise<void> {
    const { view, generation } = table;
    await this.#inTurn(table, async (session, status) => {
      if (status === null) throw new PlinthError("not_found", `${named(table)} is not on the list.`);
      if (status === "live") return;
      await session.run(REMOVE_PREVIOUS(this.#tables), [view, generation]);
      await session.run(RETIRE_LIVE(this.#tables), [view]);
      await session.run(MAKE_LIVE(this.#tables), [view, generation]);
    });
  }

  async remove(table: TableName): Promise<void> {
    await this.#inTurn(table, async (session, status) => {
      if (status === "live") throw new PlinthError("invalid_argument", `${named(table)} is live.`);
      await session.run(REMOVE(this.#tables), [table.view, table.generation]);
    });
  }

  #inTurn(
    { view, generation }: TableName,
    change: (session: Session, status: Generation["status"] | null) => Promise<void>,
  ): Promise<void> {
    return this.#connections.transaction(async (session) => {
      await session.first(LOCK(this.#tables), [view]);
      const found = await session.first<[Generation["status"]]>(FIND(this.#tables), [view, generation]);
      await change(session, found?.[0] ?? null);
    });
  }
}

type GenerationRow = [view: string, generation: number, status: Generation["status"], fingerprint: string];

function named({ view, generation }: TableName): string {
  return `Generation ${generation} of ${view}`;
}
