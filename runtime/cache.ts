import type { StreamName } from "@plinth/model";

/** A state and the version that it was folded from. */
export interface Snapshot {
  readonly state: unknown;
  readonly version: number;
}

/**
 * What is known of one stream. `committed` is durable; `tip` is decided and on its way to the log, so that the
 * next command of a busy stream need not wait for the sync of the one before. Readers see `committed` alone.
 */
export interface Entry {
  readonly key: string;
  committed: Snapshot;
  tip: Snapshot;
  bytes: number;
}

/**
 * States by stream, bounded by an estimate of their bytes. Two halves: when the young one is full it becomes the old
 * one, and what was not asked for since is forgotten, so that a look-up moves nothing about. A cache is never trusted:
 * the version that was decided on is verified by the commit.
 */
export class EntityCache {
  readonly #halfMax: number;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  #youngBytes = 0;
  #oldBytes = 0;

  constructor(bytesMax: number) {
    this.#halfMax = bytesMax / 2;
  }

  /** Bytes that are held, by estimate. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  get(key: string): Entry | undefined {
    const young = this.#young.get(key);
    if (young) return young;
    const old = this.#old.get(key);
    if (!old) return undefined;
    this.#old.delete(key);
    this.#oldBytes -= old.bytes;
    this.#add(old);
    return old;
  }

  /** Keeps a state just read from the store. `bytes` is the length of its JSON. */
  put(key: string, snapshot: Snapshot, bytes: number): Entry {
    this.drop(key);
    const entry = { key, committed: snapshot, tip: snapshot, bytes: bytes + ENTRY_BYTES };
    this.#add(entry);
    return entry;
  }

  /** Takes note that an entry has grown or shrunk. */
  resize(entry: Entry, bytes: number): void {
    if (this.#young.get(entry.key) !== entry) return;
    this.#youngBytes += bytes + ENTRY_BYTES - entry.bytes;
    entry.bytes = bytes + ENTRY_BYTES;
    this.#age();
  }

  drop(key: string): void {
    const young = this.#young.get(key);
    if (young) this.#youngBytes -= young.bytes;
    this.#young.delete(key);
    const old = this.#old.get(key);
    if (old) this.#oldBytes -= old.bytes;
    this.#old.delete(key);
  }

  #add(entry: Entry): void {
    this.#young.set(entry.key, entry);
    this.#youngBytes += entry.bytes;
    this.#age();
  }

  #age(): void {
    if (this.#youngBytes <= this.#halfMax) return;
    this.#old = this.#young;
    this.#oldBytes = this.#youngBytes;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}

/** Key, objects and map slot of one entry, by measurement of the heap. */
const ENTRY_BYTES = 400;

/** One string per stream: parts that hold no NUL, joined by it. */
export function streamKey({ tenant, entity, id }: StreamName): string {
  return `${tenant}\0${entity}\0${id}`;
}
