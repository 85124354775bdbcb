import type { Connection, Database } from "./connection.ts";

/** Changes with every commit of another connection, and only there (https://www.sqlite.org/pragma.html#pragma_data_version). */
const DATA_VERSION = "PRAGMA data_version";

/**
 * Numbers what the reading connection sees. The file is asked once in a turn of the event loop, and anew after every
 * answer of the writer: who was told of a commit never sees the number before it.
 */
export class Revision {
  readonly #reading: Connection;
  #database: Database | null = null;
  #dataVersion = -1;
  #number = 0;
  #isKnown = false;

  constructor(reading: Connection) {
    this.#reading = reading;
  }

  now(): number {
    if (this.#isKnown) return this.#number;
    this.#reading.use((database) => this.#ask(database));
    this.#isKnown = true;
    setImmediate(() => this.forget());
    return this.#number;
  }

  /** There may be another one. */
  forget(): void {
    this.#isKnown = false;
  }

  /** Of another connection the numbers mean nothing. */
  #ask(database: Database): void {
    const { data_version: dataVersion } = database.first<{ data_version: number }>(DATA_VERSION)!;
    if (database !== this.#database || dataVersion !== this.#dataVersion) this.#number += 1;
    this.#database = database;
    this.#dataVersion = dataVersion;
  }
}
