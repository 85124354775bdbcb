import {
  type Backup,
  PlinthError,
  type Revision,
  type Store,
  type StoreOptions,
  unfinishedCopy,
} from "@plinth/ports";
import { Connections } from "./connection.ts";
import { PostgresGenerations } from "./generations.ts";
import { PostgresLog } from "./log.ts";
import type { Migration } from "./migrations.ts";
import { PostgresParks } from "./parks.ts";
import { Replica } from "./replica.ts";
import { PostgresRows } from "./rows.ts";
import { migrate, prepareSchema } from "./schema.ts";
import { PostgresStates } from "./states.ts";
import { PostgresSubscriptions } from "./subscriptions.ts";
import { Tables } from "./tables.ts";
import { PostgresTransfer } from "./transfer.ts";
import { type Location, location } from "./url.ts";

/** What one process may have of a server. */
const LIMITS = { connectionsMax: 10, statementMs: 30_000, answerMs: 5000, connectMs: 5000 };

/** A step from one format of the schema to the next. */
export type Step = Pick<Migration, "format" | "describe">;

/** What a PostgreSQL store is made with. Leases run by the database's clock, whatever clock is given. */
export interface PostgresStoreOptions extends StoreOptions {
  /**
   * `postgres://user:password@host:5432/database?schema=plinth`, with the parameters of libpq for TLS (`sslmode`,
   * `sslrootcert`). `schema` is where all tables are, `plinth` by default; `replica` is a `replicaUrl`, percent-encoded.
   */
  readonly url: string;
  /**
   * A streaming standby of the same server, `postgres://user:password@host:5432/database`, that answers reads of views as
   * far as it has replayed what they must see; the primary answers all others, and all while the standby fails. What it
   * does not say of TLS is as in `url`. A process has 4 more connections to it at most.
   */
  readonly replicaUrl?: string;
  /** Told once in words why the replica does not answer, and null when it does again. */
  readonly onReplica?: (failure: PlinthError | null) => void;
  /** Most connections that this process has open at once; 10 by default. */
  readonly connectionsMax?: number;
  /** How long a statement may run, in milliseconds; 30,000 by default. */
  readonly statementMs?: number;
  /** Whether to make the schema where it is missing, or bring an older one up to date; true by default. */
  readonly create?: boolean;
  /** How long a connection may take to be made, or a call may wait for a free one, in milliseconds; 5000 by default. */
  readonly connectMs?: number;
}

/**
 * A durable store in one schema of a PostgreSQL database (15 or newer), for as many processes as one likes. It keeps nothing
 * in a session, so that PgBouncer in transaction mode may stand between.
 * @throws PlinthError `unavailable` with what is wrong and what helps: the address, the password, the database, the server's
 * version or settings, missing rights, a newer schema, an unfinished copy.
 */
export async function postgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { firstPosition = 1, create = true, copying = false } = options;
  const store = new PostgresStore(options, location(options.url, options.replicaUrl));
  try {
    await store.prepare(create, firstPosition);
    if (copying) await store.transfer.unfinished();
    else await store.check();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/**
 * Brings the schema of a database to this program's format, and makes it where it is missing; resolves to what was done, step
 * by step. Many may do so at once, also while an older program serves.
 * @throws PlinthError `unavailable` as `postgresStore` does; nothing is done by halves then.
 */
export async function migratePostgres(
  options: Pick<PostgresStoreOptions, "url" | "connectMs">,
): Promise<readonly Step[]> {
  const { url, schema } = location(options.url);
  const connections = new Connections({ ...LIMITS, ...options, url, onFailure: () => {} });
  try {
    return await migrate(connections, schema, 1);
  } finally {
    await connections.close();
  }
}

class PostgresStore implements Store {
  readonly log: PostgresLog;
  readonly states: PostgresStates;
  readonly rows: PostgresRows;
  readonly generations: PostgresGenerations;
  readonly subscriptions: PostgresSubscriptions;
  readonly parks: PostgresParks;
  readonly transfer: PostgresTransfer;
  readonly backup: Backup | null = null;
  readonly revision: Revision | null = null;
  readonly #connections: Connections;
  readonly #replica: Replica | null;
  readonly #schema: string;
  /** What has failed since the last check. */
  #failure: PlinthError | null = null;
  #isClosed = false;

  constructor(options: PostgresStoreOptions, { url, schema, replicaUrl }: Location) {
    const onFailure = (failure: PlinthError) => {
      this.#failure = failure;
    };
    this.#schema = schema;
    this.#connections = new Connections({ ...LIMITS, ...options, url, onFailure });
    const tables = new Tables(schema);
    const { clock, onReplica = () => {} } = options;
    this.#replica =
      replicaUrl === null ? null : new Replica({ url: replicaUrl, tables, clock, onChange: onReplica });
    this.log = new PostgresLog(this.#connections, tables, clock);
    this.states = new PostgresStates(this.#connections, tables);
    this.rows = new PostgresRows(this.#connections, tables, this.#replica);
    this.generations = new PostgresGenerations(this.#connections, tables);
    this.subscriptions = new PostgresSubscriptions(this.#connections, tables);
    this.parks = new PostgresParks(this.#connections, tables);
    this.transfer = new PostgresTransfer(this.#connections, tables);
  }

  prepare(create: boolean, firstPosition: number): Promise<void> {
    return prepareSchema(this.#connections, this.#schema, create, firstPosition);
  }

  /** Writes, without leaving anything: what a full disk or a standby refuses is told before a command meets it. */
  async check(): Promise<void> {
    if (this.#isClosed) throw new PlinthError("unavailable", "The store is closed.");
    const before = this.#failure;
    this.#failure = null;
    const origin = await this.log.prove();
    this.#connections.refusal = origin && unfinishedCopy(origin);
    if (this.#connections.refusal) throw this.#connections.refusal;
    if (before) throw before;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.log.close();
    await Promise.all([this.#connections.close(), this.#replica?.close()]);
  }
}
