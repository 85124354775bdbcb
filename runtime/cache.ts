import type { StreamName } from "@plinth/model";
import { keyWithin } from "./keys.ts";

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
  readonly stream: StreamName;
  /** Of the commits that are decided on it (see `Commit.line`). */
  readonly line: object;
  committed: Snapshot;
  tip: Snapshot;
  bytes: number;
}

/** Entries by entity, and within each by id, with their bytes. */
class Half {
  readonly #entities = new Map<string, Map<string, Entry>>();
  bytes = 0;

  get({ tenant, entity, id }: StreamName): Entry | undefined {
    return this.#entities.get(entity)?.get(keyWithin(tenant, id));
  }

  add(entry: Entry): void {
    const { tenant, entity, id } = entry.stream;
    const entries = this.#entities.get(entity) ?? new Map<string, Entry>();
    this.#entities.set(entity, entries);
    entries.set(keyWithin(tenant, id), entry);
    this.bytes += entry.bytes;
  }

  remove(entry: Entry): void {
    const { tenant, entity, id } = entry.stream;
    this.#entities.get(entity)!.delete(keyWithin(tenant, id));
    this.bytes -= entry.bytes;
  }
}

/**
 * States by stream, bounded by an estimate of their bytes. Two halves: when the young one is full it becomes the old
 * one, and what was not asked for since is forgotten, so that a look-up moves nothing about. A cache is never trusted:
 * the version that was decided on is verified by the commit.
 */
export class EntityCache {
  readonly #halfMax: number;
  #young = new Half();
  #old = new Half();

  constructor(bytesMax: number) {
    this.#halfMax = bytesMax / 2;
  }

  /** Bytes that are held, by estimate. */
  get bytes(): number {
    return this.#young.bytes + this.#old.bytes;
  }

  get(stream: StreamName): Entry | undefined {
    const young = this.#young.get(stream);
    if (young) return young;
    const old = this.#old.get(stream);
    if (!old) return undefined;
    this.#old.remove(old);
    this.#add(old);
    return old;
  }

  /** Without counting as asked for. */
  peek(stream: StreamName): Entry | undefined {
    return this.#young.get(stream) ?? this.#old.get(stream);
  }

  /** Keeps a state just read from the store. `bytes` is the length of its JSON. */
  put(stream: StreamName, snapshot: Snapshot, bytes: number): Entry {
    this.drop(stream);
    const entry = { stream, line: {}, committed: snapshot, tip: snapshot, bytes: bytes + ENTRY_BYTES };
    this.#add(entry);
    return entry;
  }

  /** Takes note that an entry has grown or shrunk. */
  resize(entry: Entry, bytes: number): void {
    if (this.#young.get(entry.stream) !== entry) return;
    this.#young.bytes += bytes + ENTRY_BYTES - entry.bytes;
    entry.bytes = bytes + ENTRY_BYTES;
    this.#age();
  }

  drop(stream: StreamName): void {
    for (const half of [this.#young, this.#old]) {
      const entry = half.get(stream);
      if (entry) half.remove(entry);
    }
  }

  #add(entry: Entry): void {
    this.#young.add(entry);
    this.#age();
  }

  #age(): void {
    if (this.#young.bytes <= this.#halfMax) return;
    this.#old = this.#young;
    this.#young = new Half();
  }
}

/** Key, objects and map slot of one entry, by measurement of the heap. */
const ENTRY_BYTES = 400;
