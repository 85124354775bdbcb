import type { Entity, StreamName } from "@plinth/model";
import type { RecordedEvent, Store } from "@plinth/ports";
import { EntityCache, type Entry, type Snapshot } from "./cache.ts";
import { evolve } from "./decide.ts";
import type { LogEvent } from "./tail.ts";

/** Events that are folded at a time. */
const PAGE = 1000;

/** Loads entities: from the cache, from the stored state, or by folding their events. */
export class Entities {
  readonly #store: Store;
  readonly cache: EntityCache;
  readonly #loading = new Map<string, Promise<Entry>>();
  readonly #trusted = new Set<Entity>();

  constructor(store: Store, cacheBytesMax: number) {
    this.#store = store;
    this.cache = new EntityCache(cacheBytesMax);
  }

  /** From now on an entity's stored states are what its events fold to, and may stand in for them. */
  trust(entity: Entity): void {
    this.#trusted.add(entity);
  }

  /** What is known of a stream; may be stale, as every cache. Concurrent loads of one stream are one. */
  load(entity: Entity, stream: StreamName): Entry | Promise<Entry> {
    return this.cache.get(stream) ?? this.#loadOnce(entity, stream);
  }

  /** The committed state, compared with the store: what a reader may see. */
  async read(entity: Entity, stream: StreamName): Promise<Snapshot> {
    const version = await this.#store.log.version(stream);
    const entry = await this.load(entity, stream);
    if (entry.committed.version >= version) return entry.committed;
    this.cache.drop(stream);
    return (await this.load(entity, stream)).committed;
  }

  /** The state as it was at a version. */
  async at(entity: Entity, stream: StreamName, version: number): Promise<Snapshot> {
    const cached = this.cache.get(stream)?.committed;
    if (cached?.version === version) return cached;
    return this.#fold(entity, stream, initial(entity), version);
  }

  /**
   * Takes over an event that another process has committed, where the state before it is known and nothing is decided
   * upon that: its next command need not lose first.
   */
  follow(entity: Entity, event: LogEvent): void {
    const entry = this.cache.peek(event.stream);
    if (!entry || entry.tip !== entry.committed || event.version !== entry.committed.version + 1) return;
    try {
      const state = evolve(entity, entry.committed.state, eventName(event), event.data, event);
      entry.committed = { state, version: event.version };
      entry.tip = entry.committed;
    } catch {
      // A newer program may have events that this one does not know: whoever loads the entity is told.
      this.cache.drop(event.stream);
    }
  }

  #loadOnce(entity: Entity, stream: StreamName): Promise<Entry> {
    const key = `${stream.tenant}\0${stream.entity}\0${stream.id}`;
    const begun = this.#loading.get(key);
    if (begun) return begun;
    const loading = this.#fetch(entity, stream).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  async #fetch(entity: Entity, stream: StreamName): Promise<Entry> {
    const stored = this.#trusted.has(entity) ? await this.#store.states.get(stream) : null;
    const start = stored ? { state: JSON.parse(stored.state), version: stored.version } : initial(entity);
    const snapshot = await this.#fold(entity, stream, start, Number.POSITIVE_INFINITY);
    const unchanged = stored !== null && snapshot.version === stored.version;
    const bytes = unchanged ? stored.state.length : JSON.stringify(snapshot.state).length;
    return this.cache.put(stream, snapshot, bytes);
  }

  async #fold(entity: Entity, stream: StreamName, from: Snapshot, upTo: number): Promise<Snapshot> {
    let { state, version } = from;
    for (;;) {
      const events = await this.#store.log.readStream(stream, version, Math.min(PAGE, upTo - version));
      for (const event of events) {
        state = evolve(entity, state, eventName(event), JSON.parse(event.data), event);
        version = event.version;
      }
      if (events.length === 0 || version >= upTo) return { state, version };
    }
  }
}

/** The state of a stream without events. */
export function initial(entity: Entity): Snapshot {
  return { state: entity.initial, version: 0 };
}

function eventName({ type }: Pick<RecordedEvent, "type">): string {
  return type.slice(type.indexOf(".") + 1);
}
