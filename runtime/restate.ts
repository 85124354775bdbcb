import type { Entity, Service } from "@plinth/model";
import type { Checkpoint, Commit, Generation, Lease, Store, Subscriptions } from "@plinth/ports";
import type { Entities } from "./entities.ts";
import { fieldsOf, stateFingerprintOf } from "./fingerprint.ts";
import type { Progress } from "./progress.ts";
import { Subscription, type SubscriptionParts, type Tenure, type Work } from "./subscription.ts";
import type { TailPage } from "./tail.ts";

/** The name that the generations of an entity's stored states go by. No view has a colon in its name. */
function nameOf(entity: Entity): string {
  return `state:${entity.name}`;
}

/** How long one wait for a restatement lasts before it is looked whether the process stops, in milliseconds. */
const LOOK_MS = 250;

/**
 * Keeps stored states true to the model. They are written in the commit of the events that changed them, so only a
 * changed definition makes them wrong: then every state is folded anew from the log, and until that is done none of
 * them is trusted. Commands and single reads are right from the start; lists become so as the work goes on.
 */
export class StoredStates {
  readonly #store: Store;
  readonly #parts: SubscriptionParts;
  readonly #entities: Entities;
  readonly #stopping = new AbortController();
  readonly #restating: Promise<void>[] = [];

  constructor(store: Store, parts: SubscriptionParts, entities: Entities) {
    this.#store = store;
    this.#parts = parts;
    this.#entities = entities;
  }

  /** Finds out which stored states can be trusted. `works`: whether this process may fold the others anew. */
  async start(service: Service, works: boolean): Promise<void> {
    const generations = await this.#store.generations.list();
    const head = await this.#store.log.head();
    for (const entity of service.entities.filter(({ stored }) => stored)) {
      await this.#store.states.index(entity.name, fieldsOf(entity));
      await this.#startEntity(entity, generations, head, works);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#restating);
  }

  async #startEntity(
    entity: Entity,
    all: readonly Generation[],
    head: number,
    works: boolean,
  ): Promise<void> {
    const known = all.filter(({ view }) => view === nameOf(entity));
    const fingerprint = stateFingerprintOf(entity);
    if (known.some((one) => one.status === "live" && one.fingerprint === fingerprint))
      return this.#entities.trust(entity);
    if (!works) return;
    const begun = known.find((one) => one.status === "building" && one.fingerprint === fingerprint);
    const fresh = begun ?? (await this.#store.generations.add(nameOf(entity), fingerprint));
    if (head === 0) return this.#finish(entity, fresh);
    this.#restating.push(this.#restate(entity, fresh, head));
  }

  async #restate(entity: Entity, fresh: Generation, head: number): Promise<void> {
    const work = restatement(entity, fresh, this.#store, this.#entities, this.#parts);
    const subscription = new Subscription(this.#parts, work);
    while (!this.#stopping.signal.aborted) {
      if ((await this.#parts.progress.reached(work.name, 1)) >= head) {
        await this.#finish(entity, fresh);
        break;
      }
      await this.#parts.progress.waitBeyond(work.name, 1, head - 1, LOOK_MS);
    }
    await subscription.stop();
  }

  async #finish(entity: Entity, fresh: Generation): Promise<void> {
    await this.#store.generations.activate(fresh);
    this.#entities.trust(entity);
  }
}

/** Folds each stream of an entity anew, when its first event comes by, and stores its state. */
function restatement(
  entity: Entity,
  { view, generation }: Generation,
  store: Store,
  entities: Entities,
  { subscriptions, progress }: SubscriptionParts,
): Work {
  const name = `${view}@${generation}`;
  const begin = async ({ lease }: Checkpoint) =>
    new RestatementTenure(entity, lease, store, entities, subscriptions, progress);
  return { name, shards: 1, begin };
}

class RestatementTenure implements Tenure {
  readonly #entity: Entity;
  readonly #lease: Lease;
  readonly #store: Store;
  readonly #entities: Entities;
  readonly #subscriptions: Subscriptions;
  readonly #progress: Progress;

  constructor(
    entity: Entity,
    lease: Lease,
    store: Store,
    entities: Entities,
    subscriptions: Subscriptions,
    progress: Progress,
  ) {
    this.#entity = entity;
    this.#lease = lease;
    this.#store = store;
    this.#entities = entities;
    this.#subscriptions = subscriptions;
    this.#progress = progress;
  }

  async handle({ events, position }: TailPage): Promise<boolean> {
    const first = events.filter(
      ({ stream, version }) => version === 1 && stream.entity === this.#entity.name,
    );
    const commits = await Promise.all(first.map(({ stream, at }) => this.#restated(stream, at)));
    // A conflict is a commit that came in between: it has stored a state of its own.
    if (commits.length > 0) await this.#store.log.append(commits);
    const moved = await this.#subscriptions.advance({ lease: this.#lease, position });
    if (moved) this.#progress.moved(this.#lease, position);
    return moved;
  }

  async settled(): Promise<boolean> {
    return true;
  }

  async end(): Promise<void> {}

  async #restated(stream: Commit["stream"], at: string): Promise<Commit> {
    const { state, version } = await this.#entities.read(this.#entity, stream);
    return {
      stream,
      expectedVersion: version,
      events: [],
      state: JSON.stringify(state),
      command: null,
      unique: [],
      conditions: [],
      at,
      actor: "plinth",
      trace: null,
    };
  }
}
