import type { Service } from "@plinth/model";
import type { Clock, Ids, Logger, Metric, Operations, Random, Store } from "@plinth/ports";
import { releaseAbandoned } from "./abandoned.ts";
import { Commands } from "./commands.ts";
import { Committer } from "./committer.ts";
import { Entities } from "./entities.ts";
import { FactReader, type RowReader } from "./facts.ts";
import { Fresh } from "./fresh.ts";
import { Health } from "./health.ts";
import { forgetCommands } from "./inbox.ts";
import { DEFAULT_LIMITS, type RuntimeLimits } from "./limits.ts";
import { counter, gauge } from "./metrics.ts";
import { ServiceOperations } from "./operations.ts";
import { Policies } from "./policy.ts";
import { Progress } from "./progress.ts";
import { type ReactorWork, reactorWork } from "./react.ts";
import { Reads } from "./reads.ts";
import { StoredStates } from "./restate.ts";
import { Subscription, type SubscriptionParts } from "./subscription.ts";
import { Tail } from "./tail.ts";
import { Views } from "./views.ts";
import { sleep } from "./wait.ts";
import { Watches } from "./watch.ts";

/** What a service is run on. */
export interface RuntimeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Names this process as the owner of leases; a new id by default. */
  readonly owner?: string;
  /** Whether the owner of a lease is known to be gone; by default nobody is. */
  readonly isGone?: (owner: string) => boolean;
  /** What this process does: answer requests, build views and run reactors, or both (default). */
  readonly roles?: { readonly api: boolean; readonly worker: boolean };
  readonly limits?: Partial<RuntimeLimits>;
}

/** For waits that nothing cuts short. */
const never = new AbortController().signal;

/** How long after a hint of the store the log is looked at, in milliseconds: what was committed here is known by then. */
const HINT_MS = 2;

/** How commits share transactions, by measurement on SQLite with 256 commands under way. */
const BATCHES = { batchWorth: 64, batchesInFlightMax: 4 };

/** How long facts wait for a view that they read as consistent, in milliseconds. */
const FACTS_MS = 5000;

/** A service that runs. */
export class Runtime {
  readonly operations: Operations;
  readonly views: Views;
  readonly #options: RuntimeOptions;
  readonly #service: Service;
  readonly #limits: RuntimeLimits;
  readonly #commands: Commands;
  readonly #committer: Committer;
  readonly #entities: Entities;
  readonly #tail: Tail;
  readonly #health: Health;
  readonly #parts: SubscriptionParts;
  readonly #states: StoredStates;
  readonly #works: boolean;
  readonly #reactorWorks: readonly ReactorWork[];
  #reactors: readonly Subscription[] = [];
  #background: readonly Promise<void>[] = [];

  constructor(service: Service, options: RuntimeOptions) {
    const { store, clock, random, ids, logger } = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { tailEventsMax, tailCharactersMax, pollMs, leaseMs, batchMax, commandsMax } = limits;
    const progress = new Progress(store.subscriptions, clock, () => this.#health.fault);
    const ends = { eventsMax: tailEventsMax, charactersMax: tailCharactersMax, pollMs, hintMs: HINT_MS };
    this.#entities = new Entities(store, limits.cacheBytesMax);
    const named = new Map(service.entities.map((entity) => [entity.name, entity]));
    const tail = new Tail(store, clock, ends, (event) => {
      const entity = named.get(event.stream.entity);
      if (entity) this.#entities.follow(entity, event);
    });
    const { subscriptions } = store;
    this.#parts = {
      subscriptions,
      tail,
      progress,
      clock,
      random,
      logger,
      owner: options.owner ?? ids.next(),
      leaseMs,
    };
    this.#service = service;
    this.#options = options;
    this.#limits = limits;
    this.#tail = tail;
    this.#works = options.roles?.worker ?? true;
    this.views = new Views(service, store, this.#parts, this.#works);
    this.#states = new StoredStates(store, this.#parts, this.#entities);
    const bounds = { ...BATCHES, batchMax, waitingMax: commandsMax };
    this.#committer = new Committer(store.log, clock, bounds, (batch, outcomes) =>
      tail.committed(batch, outcomes),
    );
    const policies = new Policies(service);
    const fresh = new Fresh(store.revision, limits.readsCharactersMax);
    const facts = new FactReader(service, store, this.#entities, rowReader(store, this.views));
    const [entities, committer, views] = [this.#entities, this.#committer, this.views];
    this.#health = new Health(store, clock, logger, () => this.views.missing);
    const { log, parks } = store;
    const { draining } = this.#health;
    const decided = { log, entities, committer, facts, policies, clock, ids };
    this.#commands = new Commands({ ...decided, draining, commandsMax });
    const reactorParts = { service, commands: this.#commands, log, parks, progress, clock, random, logger };
    this.#reactorWorks = service.reactors.map((reactor) => reactorWork(reactor, reactorParts));
    this.operations = new ServiceOperations({
      service,
      commands: this.#commands,
      reads: new Reads({ store, entities, views, policies, fresh }),
      watches: new Watches({ store, entities, views, policies, tail }),
      health: this.#health,
      measure: () => this.#measure(),
    });
  }

  /** Begins to follow the log, to build views and to run reactors. */
  async start(): Promise<void> {
    const { store, clock, logger } = this.#options;
    await releaseAbandoned(store.subscriptions, this.#options.isGone ?? (() => false));
    await this.#tail.start();
    await this.#states.start(this.#service, this.#works);
    await this.views.start();
    if (this.#works) this.#reactors = this.#reactorWorks.map((work) => new Subscription(this.#parts, work));
    const { draining } = this.#health;
    this.#background = [
      this.#health.watch(),
      forgetCommands(store.log, clock, logger, this.#limits.commandDaysKept, draining),
    ];
  }

  /**
   * Takes nothing new, finishes what is in flight, gives leases back. Resolves to whether all of it was done within
   * the deadline. The store stays open: it is its owner's to close.
   */
  async drain(deadlineMs: number): Promise<boolean> {
    const { clock } = this.#options;
    this.#health.drain();
    const expiresAt = clock.elapsed() + deadlineMs;
    const stopped = this.#stop(expiresAt).then(() => true);
    const late = sleep(clock, Math.max(0, expiresAt - clock.elapsed()), never).then(() => false);
    return (await Promise.race([stopped, late])) && this.#commands.inFlight === 0;
  }

  /** Reactors finish while commands do, for they send some; then stops what commands read. */
  async #stop(expiresAt: number): Promise<void> {
    await Promise.all([this.#commandsDone(expiresAt), ...this.#reactors.map((reactor) => reactor.stop())]);
    await this.views.stop();
    await this.#states.stop();
    await this.#tail.stop();
    await Promise.all(this.#background);
  }

  async #commandsDone(expiresAt: number): Promise<void> {
    const { clock } = this.#options;
    while (this.#commands.inFlight > 0 && clock.elapsed() < expiresAt) await sleep(clock, 5, never);
  }

  #measure(): readonly Metric[] {
    const one = (value: number) => [{ labels: {}, value }];
    const works = this.#reactorWorks;
    const perReactor = (count: (work: ReactorWork) => number) =>
      works.map((work) => ({ labels: { subscription: work.name }, value: count(work) }));
    return [
      gauge("plinth_log_position", "The last position that this process has seen.", one(this.#tail.end)),
      gauge("plinth_commands_in_flight", "Commands that are not answered yet.", one(this.#commands.inFlight)),
      gauge("plinth_commits_pending", "Commits that are not durable yet.", one(this.#committer.pending)),
      gauge(
        "plinth_entity_cache_bytes",
        "Estimated size of the entity cache.",
        one(this.#entities.cache.bytes),
      ),
      gauge(
        "plinth_subscription_position",
        "How far each shard worked on here has come.",
        this.#parts.progress.samples(),
      ),
      counter(
        "plinth_reactor_events_total",
        "Events that reactors have handled.",
        perReactor(({ handled }) => handled),
      ),
      counter(
        "plinth_reactor_retries_total",
        "Attempts that failed and are made again.",
        perReactor(({ retried }) => retried),
      ),
      counter(
        "plinth_reactor_parked_total",
        "Events that were parked for a person.",
        perReactor(({ parked }) => parked),
      ),
    ];
  }
}

/** Runs a service: resolves when it can take requests. */
export async function startRuntime(service: Service, options: RuntimeOptions): Promise<Runtime> {
  const runtime = new Runtime(service, options);
  await runtime.start();
  return runtime;
}

function rowReader(store: Store, views: Views): RowReader {
  return {
    reach: (view, position) => views.reach(view, position, FACTS_MS),
    read: async (view, tenant, key) => {
      const found = await views.read(view, (table) => store.rows.get(table, tenant, key));
      return found ? JSON.parse(found.row) : null;
    },
  };
}
