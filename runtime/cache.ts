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
 * States by stream, the most recently used ones, bounded by an estimate of their bytes. A cache is never trusted:
 * the version that was decided on is verified by the commit.
 */
export class EntityCache {
  readonly #entries = new Map<string, Entry>();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes that are held, by estimate. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** Keeps a state just read from the store. `bytes` is the length of its JSON. */
  put(key: string, snapshot: Snapshot, bytes: number): Entry {
    this.drop(key);
    const entry = { key, committed: snapshot, tip: snapshot, bytes: bytes + ENTRY_BYTES };
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    this.#evict();
    return entry;
  }

  /** Takes note that an entry has grown or shrunk. */
  resize(entry: Entry, bytes: number): void {
    if (this.#entries.get(entry.key) !== entry) return;
    this.#bytes += bytes + ENTRY_BYTES - entry.bytes;
    entry.bytes = bytes + ENTRY_BYTES;
    this.#evict();
  }

  drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #evict(): void {
    for (const key of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) return;
      this.drop(key);
    }
  }
}

/** Key, objects and map slot of one entry, by measurement of the heap. */
const ENTRY_BYTES = 400;

/** One string per stream: parts that hold no NUL, joined by it. */
export function streamKey({ tenant, entity, id }: StreamName): string {
  return `${tenant}\0${entity}\0${id}`;
}
