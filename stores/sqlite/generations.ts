import { type Generation, type Generations, PlinthError, type TableName } from "@plinth/ports";
import type { Connection, Database } from "./connection.ts";
import type { Remote } from "./thread.ts";
import type { Transaction } from "./transaction.ts";

const LIST = "SELECT view, generation, status, fingerprint FROM generations ORDER BY view, generation";

const FIND = "SELECT status FROM generations WHERE view = ? AND generation = ?";

const NEXT_NUMBER = `
  INSERT INTO counters (name, value) VALUES ('generation of ' || ?, 1)
  ON CONFLICT DO UPDATE SET value = value + 1
  RETURNING value`;

const ADD = "INSERT INTO generations (view, generation, status, fingerprint) VALUES (?, ?, 'building', ?)";

const REMOVE_PREVIOUS = "DELETE FROM generations WHERE view = ? AND generation <> ? AND status = 'previous'";

const RETIRE_LIVE = "UPDATE generations SET status = 'previous' WHERE view = ? AND status = 'live'";

const MAKE_LIVE = "UPDATE generations SET status = 'live' WHERE view = ? AND generation = ?";

const REMOVE = "DELETE FROM generations WHERE view = ? AND generation = ?";

export const generationWrites = {
  addGeneration({ database }: Transaction, view: string, fingerprint: string): Generation {
    const { value: generation } = database.first<{ value: number }>(NEXT_NUMBER, view)!;
    database.run(ADD, view, generation, fingerprint);
    return { view, generation, status: "building", fingerprint };
  },

  activate({ database }: Transaction, table: TableName): void {
    const status = statusOf(database, table);
    if (status === null) throw new PlinthError("not_found", `${named(table)} is not on the list.`);
    if (status === "live") return;
    database.run(REMOVE_PREVIOUS, table.view, table.generation);
    database.run(RETIRE_LIVE, table.view);
    database.run(MAKE_LIVE, table.view, table.generation);
  },

  removeGeneration({ database }: Transaction, table: TableName): void {
    if (statusOf(database, table) === "live")
      throw new PlinthError("invalid_argument", `${named(table)} is live.`);
    database.run(REMOVE, table.view, table.generation);
  },
};

export class SqliteGenerations implements Generations {
  readonly #writer: Remote<typeof generationWrites>;
  readonly #reading: Connection;

  constructor(writer: Remote<typeof generationWrites>, reading: Connection) {
    this.#writer = writer;
    this.#reading = reading;
  }

  async list(): Promise<readonly Generation[]> {
    return this.#reading.use((database) => database.all<Generation>(LIST));
  }

  async add(view: string, fingerprint: string): Promise<Generation> {
    return this.#writer.addGeneration(view, fingerprint);
  }

  async activate(table: TableName): Promise<void> {
    await this.#writer.activate(table);
  }

  async remove(table: TableName): Promise<void> {
    await this.#writer.removeGeneration(table);
  }
}

function statusOf(database: Database, { view, generation }: TableName): Generation["status"] | null {
  return database.first<Pick<Generation, "status">>(FIND, view, generation)?.status ?? null;
}

function named({ view, generation }: TableName): string {
  return `Generation ${generation} of ${view}`;
}
