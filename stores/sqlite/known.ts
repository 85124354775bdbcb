import type { CopyOrigin } from "@plinth/ports";
import { AnswerIndex } from "./answerIndex.ts";
import type { Database } from "./connection.ts";
import { Tables } from "./tables.ts";

/** A stream as the writer knows it. `id` is null where it has no number yet. */
export interface KnownStream {
  id: number | null;
  version: number;
  /** Of its last event; 0 where it has none. */
  position: number;
  /** Number of the line that its last commit is of; 0 where it is of none, or not known. */
  line: number;
}

/** Streams remembered in each of two halves: when the younger is full, the older is forgotten. */
const STREAMS_HALF = 50_000;

const DATA_VERSION = "PRAGMA data_version";

/**
 * What the writer remembers of the file between transactions: right so long as no other connection writes to
 * it. So it is asked for anew at the beginning of every transaction, under the write lock, whether one has.
 */
export class Known {
  /** Whose versions these are: of another connection they mean nothing. */
  #database: Database | null = null;
  #dataVersion = -1;
  #head: number | null = null;
  /** Of the copy that the file is to become; undefined: not looked up. */
  #copied: CopyOrigin | null | undefined;
  #young = new Map<string, KnownStream>();
  #old = new Map<string, KnownStream>();
  readonly answers = new AnswerIndex();
  readonly tables = new Tables();
  readonly eventTypes = new Map<string, number>();
  /** By entity, the statement that keeps a state: to write its text anew for every commit costs as much as to run it. */
  readonly keepState = new Map<string, string>();

  /** Call within the transaction, before anything is believed. */
  verify(database: Database): void {
    const { data_version: dataVersion } = database.first<{ data_version: number }>(DATA_VERSION)!;
    if (database !== this.#database || dataVersion !== this.#dataVersion) this.#change();
    this.#database = database;
    this.#dataVersion = dataVersion;
  }

  /** After a rollback, which takes back what was learnt on the way. */
  forget(): void {
    this.#change();
    this.#dataVersion = -1;
    this.answers.forget();
  }

  #change(): void {
    this.answers.changed();
    this.#head = null;
    this.#copied = undefined;
    this.#young.clear();
    this.#old.clear();
    this.eventTypes.clear();
    this.keepState.clear();
    this.tables.forget();
  }

  /** What the file is to become a copy of and is not yet; null where it is whole. */
  copied(read: () => CopyOrigin | null): CopyOrigin | null {
    if (this.#copied === undefined) this.#copied = read();
    return this.#copied;
  }

  head(read: () => number): number {
    this.#head ??= read();
    return this.#head;
  }

  moveHead(position: number): void {
    this.#head = position;
  }

  /** What is remembered, and may be changed, of a stream; read where it is not remembered. */
  stream(name: string, read: () => KnownStream): KnownStream {
    const young = this.#young.get(name);
    if (young) return young;
    const stream = this.#old.get(name) ?? read();
    if (this.#young.size >= STREAMS_HALF) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, stream);
    return stream;
  }
}
