import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type Backup, type Clock, PlinthError, type Store, type StoreOptions } from "@plinth/ports";
import { fileBackup } from "./backup.ts";
import { Connection, type Database, openToRead } from "./connection.ts";
import { Faults } from "./faults.ts";
import { SqliteGenerations } from "./generations.ts";
import { SqliteLog } from "./log.ts";
import { SqliteParks } from "./parks.ts";
import type { ReaderOptions } from "./reader.ts";
import { READS } from "./reads.ts";
import { Revision } from "./revision.ts";
import { SqliteRows } from "./rows.ts";
import { prepareFile } from "./schema.ts";
import { SqliteStates } from "./states.ts";
import { SqliteSubscriptions } from "./subscriptions.ts";
import { Tables } from "./tables.ts";
import { type Remote, remote, Thread } from "./thread.ts";
import { SqliteTransfer } from "./transfer.ts";
import { secureWal } from "./wal.ts";
import type { WriterOptions } from "./writer.ts";
import { WRITES } from "./writes.ts";

/** What a SQLite store is made with. */
export interface SqliteStoreOptions extends StoreOptions {
  /**
   * The database file; made where it is missing, with the folders above it. Not on a network drive: processes
   * that share it share memory (https://www.sqlite.org/wal.html).
   */
  readonly path: string;
  /** How long a write waits for another process that is writing, in milliseconds; 5000 by default. */
  readonly busyMs?: number;
}

/** How long a read on the calling thread waits for a locked file, which one is only while it is recovered. */
const READ_BUSY_MS = 200;

/**
 * The durable store in one SQLite file. One thread writes: what arrives while it syncs shares the next
 * transaction. Point reads and pages of the log run on the calling thread, lists on a thread of their own.
 * Several processes may open one file. What waits to be written is bounded by nothing: that is the caller's part.
 * @throws PlinthError `unavailable`, in words, where the file cannot be opened, is another program's, was
 * written by a newer Plinth, or holds an unfinished copy.
 */
export async function sqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, clock, firstPosition = 1, busyMs = 5000, copying = false } = options;
  const file = resolve(path);
  secureWal(file, busyMs);
  prepareFile(file, firstPosition, busyMs);
  const store = new SqliteStore(file, clock, busyMs);
  try {
    if (copying) await store.transfer.unfinished();
    else await store.check();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class SqliteStore implements Store {
  readonly log: SqliteLog;
  readonly states: SqliteStates;
  readonly rows: SqliteRows;
  readonly generations: SqliteGenerations;
  readonly subscriptions: SqliteSubscriptions;
  readonly parks: SqliteParks;
  readonly transfer: SqliteTransfer;
  readonly backup: Backup;
  readonly revision: () => number;
  readonly #writes: Remote<typeof WRITES>;
  readonly #writer: Thread;
  readonly #reader: Thread;
  readonly #reading: Connection;
  readonly #faults: Faults;
  #isClosed = false;

  constructor(path: string, clock: Clock, busyMs: number) {
    const { ino: inode } = statSync(path);
    const readerOptions: ReaderOptions = { path, busyMs };
    this.#faults = new Faults(() => inspect(readerOptions), clock);
    const note = (failure: PlinthError) => this.#faults.note(failure);
    this.#reading = new Connection(() => this.#openToRead(path), note);
    const revision = new Revision(this.#reading);
    const forget = () => revision.forget();
    this.revision = () => revision.now();
    this.#writer = new Thread("writer", { path, inode, busyMs } satisfies WriterOptions, note, forget);
    this.#reader = new Thread("reader", readerOptions, note);
    this.#writes = remote(this.#writer, WRITES);
    const reads = remote(this.#reader, READS);
    const tables = new Tables();
    this.log = new SqliteLog(this.#writes, reads, this.#reading, tables);
    this.states = new SqliteStates(this.#writes, reads, this.#reading, tables);
    this.rows = new SqliteRows(this.#writes, reads, this.#reading);
    this.generations = new SqliteGenerations(this.#writes, this.#reading);
    this.subscriptions = new SqliteSubscriptions(this.#writes, this.#reading, clock);
    this.parks = new SqliteParks(this.#writes, reads, this.#reading, clock);
    this.transfer = new SqliteTransfer(this.#writes, reads, clock);
    this.backup = fileBackup(path, () => this.#refuseClosed());
  }

  async check(): Promise<void> {
    const before = this.#faults.take();
    await this.#prove().catch((failure) => {
      this.#faults.take();
      throw failure;
    });
    if (before) throw before;
    this.#faults.checkDamage();
  }

  async #prove(): Promise<void> {
    await this.#writes.prove();
    await this.log.head();
  }

  /** The writer goes last: the last connection to close takes the write-ahead log into the file. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reading.close();
    await this.#writer.close(this.#reader.close());
  }

  #openToRead(path: string): Database {
    this.#refuseClosed();
    return openToRead(path, READ_BUSY_MS);
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new PlinthError("unavailable", "The store is closed.");
  }
}

/** Looks through the file in a thread of its own, so that no list waits for it. */
async function inspect(options: ReaderOptions): Promise<string | null> {
  const thread = new Thread("reader", options);
  try {
    return await remote(thread, READS).inspect();
  } finally {
    await thread.close();
  }
}
