import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { PlinthError } from "@plinth/ports";
import { endsConnection, failureOf } from "./failures.ts";

/** What a statement is given. */
export type Value = string | number | null;

/** Statements kept prepared by one connection. Lists bring a few for every combination of filters and sorts. */
const STATEMENTS_MAX = 500;

/** A database with its statements, each prepared once. */
export class Database {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const [oldest] = this.#statements.keys();
    if (this.#statements.size >= STATEMENTS_MAX && oldest) this.#statements.delete(oldest);
    const prepared = this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  /** The first row, or null. */
  first<Row>(sql: string, ...values: readonly Value[]): Row | null {
    const row = this.statement(sql).get(...values);
    return row === undefined ? null : ({ ...row } as Row);
  }

  all<Row>(sql: string, ...values: readonly Value[]): Row[] {
    return this.statement(sql)
      .all(...values)
      .map((row) => ({ ...row }) as Row);
  }

  /** The rows as arrays of their columns, read one at a time: stop reading before the statement is used again. */
  arrays(sql: string, ...values: readonly Value[]): Iterable<Value[]> {
    const statement = this.statement(sql);
    statement.setReturnArrays(true);
    return statement.iterate(...values) as unknown as Iterable<Value[]>;
  }

  /** How many rows it changed. */
  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.statement(sql).run(...values).changes);
  }

  /** For statements of another kind than those that read and write rows. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** A function that SQL may call, the same for the same value always. */
  define(name: string, compute: (value: unknown) => Value): void {
    this.#database.function(name, { deterministic: true }, compute);
  }

  /** What several reads find at one moment. */
  atOnce<Result>(read: () => Result): Result {
    this.run("BEGIN");
    try {
      return read();
    } finally {
      if (this.inTransaction) this.run("COMMIT");
    }
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#database.close();
  }
}

/** A connection that opens when it is first used, and anew after the file has failed it. */
export class Connection {
  readonly #open: () => Database;
  readonly #onFailure: (failure: PlinthError) => void;
  #database: Database | null = null;

  /** `onFailure` is told of every failure before who asked is. */
  constructor(open: () => Database, onFailure: (failure: PlinthError) => void = () => {}) {
    this.#open = open;
    this.#onFailure = onFailure;
  }

  /** @throws PlinthError as `failureOf` says. */
  use<Result>(work: (database: Database) => Result): Result {
    try {
      this.#database ??= this.#open();
      return work(this.#database);
    } catch (error) {
      const failure = failureOf(error);
      if (endsConnection(failure)) this.close();
      this.#onFailure(failure);
      throw failure;
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }
}

/** Opens a database for reading only. */
export function openToRead(path: string, busyMs: number): Database {
  const database = new Database(new DatabaseSync(path, { readOnly: true, timeout: busyMs }));
  database.exec("PRAGMA cache_size = -16384");
  return database;
}
