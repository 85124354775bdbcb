import { PlinthError } from "@plinth/ports";
import {
  Client,
  type ClientConfig,
  Pool,
  type PoolClient,
  type QueryArrayConfig,
  TypeOverrides,
  types,
} from "pg";
import { failureOf } from "./failures.ts";

/** What a statement takes: `null`, text, numbers, booleans and arrays of one of them. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Buffer
  | readonly (string | number | null)[]
  | readonly (boolean | null)[];

/** Runs statements: each in a transaction of its own, or all in one. */
export interface Session {
  /** The rows of one statement, each an array of its columns. Whole numbers come as numbers, JSON as text. */
  rows<Row extends unknown[]>(text: string, values?: readonly Value[]): Promise<Row[]>;
  first<Row extends unknown[]>(text: string, values?: readonly Value[]): Promise<Row | null>;
  /** Resolves to how many rows a statement has changed. Without values it may be several statements. */
  run(text: string, values?: readonly Value[]): Promise<number>;
}

/** Which server, and how much of it one process may use. */
export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Most connections that are open at once. */
  readonly connectionsMax: number;
  /** How long a statement may run, in milliseconds. */
  readonly statementMs: number;
  /** How long an answer may be on its way after that, in milliseconds. */
  readonly answerMs: number;
  /** How long a connection may take to be made, and a call may wait for a free one, in milliseconds. */
  readonly connectMs: number;
  /** Told of every failure that makes the store unusable for the time being. */
  readonly onFailure: (failure: PlinthError) => void;
}

/** What PgBouncer answers to a startup parameter that it does not pass on (https://www.pgbouncer.org/config.html). */
const UNSUPPORTED_PARAMETER = "08P01";

/**
 * Begins a transaction that the server ends where this process falls silent: it is cut off, or held. Its locks would last
 * for as long as the server takes to see a connection as dead, which may be hours, and others wait for them, be it for a
 * lease alone. So it has half of a lease's time.
 */
const BEGIN = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 5000";

type Use = <Result>(work: (session: Session) => Promise<Result>) => Promise<Result>;

/** Statements, each on whichever connection is free. */
export class Statements implements Session {
  readonly #use: Use;

  constructor(use: Use) {
    this.#use = use;
  }

  rows<Row extends unknown[]>(text: string, values?: readonly Value[]): Promise<Row[]> {
    return this.#use((session) => session.rows<Row>(text, values));
  }

  first<Row extends unknown[]>(text: string, values?: readonly Value[]): Promise<Row | null> {
    return this.#use((session) => session.first<Row>(text, values));
  }

  run(text: string, values?: readonly Value[]): Promise<number> {
    return this.#use((session) => session.run(text, values));
  }

  /** What `work` does in one transaction, which is taken back where it rejects. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#use(async (session) => {
      await session.run(BEGIN);
      try {
        const result = await work(session);
        await session.run("COMMIT");
        return result;
      } catch (error) {
        await session.run("ROLLBACK");
        throw error;
      }
    });
  }
}

/**
 * Connections to one server, opened as they are needed and at most so many. A statement leaves nothing behind in its
 * session, so that a pooler may give each transaction another one.
 */
export class Connections extends Statements {
  readonly #options: ConnectionOptions;
  #pool: Pool;
  /** Whether sessions may be asked for as they are best: a pooler may not let them. */
  #asksMore = true;
  readonly #begun = new Set<Promise<unknown>>();
  /** Those that run long statements. */
  readonly #long = new Set<Client>();
  #outages = 0;
  #isClosed = false;
  #closing: Promise<void> | null = null;

  /** Why nothing but a copy may be written or read; null where all is well. */
  refusal: PlinthError | null = null;
  /** The same connections for who copies: also while all else is refused. */
  readonly copying: Statements;

  constructor(options: ConnectionOptions) {
    super((work) => (this.refusal ? Promise.reject(this.refusal) : this.#useAny(work)));
    this.copying = new Statements((work) => this.#useAny(work));
    this.#options = options;
    this.#pool = this.#newPool();
  }

  /** How many calls have failed without an answer: what they asked for may still be on its way, or be done. */
  get outages(): number {
    return this.#outages;
  }

  /** A connection of its own, for what stays in a session; null where a pooler stands between, and sessions mean nothing. */
  async direct(): Promise<Client | null> {
    const client = new Client({ ...this.#clientConfig(), connectionTimeoutMillis: this.#options.connectMs });
    client.on("error", () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      // A pooler gives its clients numbers of its own.
      if (rows[0]!.pid === (client as Client & { processID: number }).processID) return client;
      await client.end();
      return null;
    } catch (error) {
      await client.end().catch(() => {});
      throw failureOf(error);
    }
  }

  /**
   * Runs one statement that takes as long as it needs, as building an index does, on a connection of its own. `close` does
   * not wait for it: the server goes on with what it has begun.
   */
  async runLong(text: string): Promise<void> {
    if (this.#isClosed) throw new PlinthError("unavailable", "The store is closed.");
    if (this.refusal) throw this.refusal;
    const { query_timeout: _query, statement_timeout: _statement, ...config } = this.#clientConfig();
    const client = new Client({ ...config, connectionTimeoutMillis: this.#options.connectMs });
    client.on("error", () => {});
    this.#long.add(client);
    try {
      await client.connect();
      await client.query(text);
    } catch (error) {
      throw failureOf(error);
    } finally {
      this.#long.delete(client);
      await client.end();
    }
  }

  /** Finishes what was begun, then closes: the pool would forget those who wait for a connection. */
  close(): Promise<void> {
    this.#isClosed = true;
    for (const client of this.#long) void client.end();
    this.#closing ??= Promise.allSettled(this.#begun).then(() => this.#pool.end());
    return this.#closing;
  }

  #useAny<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new PlinthError("unavailable", "The store is closed."));
    const using = this.#useAndTell(work);
    this.#begun.add(using);
    const done = () => void this.#begun.delete(using);
    using.then(done, done);
    return using;
  }

  async #useAndTell<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    try {
      return await this.#useOnce(work);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === "unavailable") {
        this.#outages += 1;
        this.#options.onFailure(failure);
      }
      throw failure;
    }
  }

  async #useOnce<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    let broken: Error | undefined;
    try {
      return await work(sessionOf(client));
    } catch (error) {
      if (endsConnection(error)) broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #connect(): Promise<PoolClient> {
    const pool = this.#pool;
    try {
      return await pool.connect();
    } catch (error) {
      if ((error as { code?: string }).code !== UNSUPPORTED_PARAMETER) throw error;
      if (this.#pool === pool) this.#askForLess(error);
      return this.#pool.connect();
    }
  }

  #askForLess(error: unknown): void {
    if (!this.#asksMore) throw error;
    this.#asksMore = false;
    void this.#pool.end();
    this.#pool = this.#newPool();
  }

  #newPool(): Pool {
    const { connectionsMax, connectMs } = this.#options;
    const pool = new Pool({
      ...this.#clientConfig(),
      max: connectionsMax,
      connectionTimeoutMillis: connectMs,
      idleTimeoutMillis: 60_000,
    });
    // A connection that breaks while it is idle is replaced by the next statement, which tells what is wrong. One that is in
    // use fails its statement, and says so a second time, which ends the process where nobody listens.
    pool.on("error", () => {});
    pool.on("connect", (client) => void client.on("error", () => {}));
    return pool;
  }

  #clientConfig(): ClientConfig {
    const { url, statementMs, answerMs } = this.#options;
    const overrides = new TypeOverrides(types);
    overrides.setTypeParser(types.builtins.INT8, Number);
    return {
      connectionString: url,
      application_name: "plinth",
      keepAlive: true,
      types: overrides,
      // The server ends the statement first, so that its connection can be used again.
      query_timeout: statementMs + answerMs,
      // No statement here is worth compiling, and where nothing is known of a table yet the server believes they are.
      ...(this.#asksMore && { statement_timeout: statementMs, options: "-c jit=off" }),
    };
  }
}

function sessionOf(client: PoolClient): Session {
  const rows = async <Row extends unknown[]>(text: string, values: readonly Value[] = []): Promise<Row[]> => {
    const query: QueryArrayConfig = { text, values: values as unknown[], rowMode: "array" };
    return (await client.query<Row>(query)).rows;
  };
  return {
    rows,
    first: async <Row extends unknown[]>(text: string, values?: readonly Value[]) =>
      (await rows<Row>(text, values))[0] ?? null,
    run: async (text, values) =>
      (await (values ? client.query(text, values as unknown[]) : client.query(text))).rowCount ?? 0,
  };
}

/** Whether a connection can't be used any more after this error: all that the server did not say as a statement's failure. */
function endsConnection(error: unknown): boolean {
  const { code, severity } = error as { code?: string; severity?: string };
  return code === undefined || severity === undefined || severity === "FATAL" || severity === "PANIC";
}
