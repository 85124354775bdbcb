import type { Service, View } from "@plinth/model";
import { type Generation, PlinthError, type Reached, type Store, type TableName } from "@plinth/ports";
import { build, type ViewState } from "./build.ts";
import type { Comparison } from "./comparison.ts";
import { fieldsOf, fingerprintOf } from "./fingerprint.ts";
import { removeLeftovers } from "./leftovers.ts";
import { isOutage } from "./outage.ts";
import { projection, subscriptionOf } from "./projection.ts";
import { Subscription, type SubscriptionParts } from "./subscription.ts";
import { sleep } from "./wait.ts";

/** A view's generations as people see them. */
export interface ViewStatus {
  readonly view: string;
  readonly generation: number;
  readonly status: Generation["status"];
  /** Whether it is built by the definition that this process has. */
  readonly current: boolean;
  /** The last position that its rows and checkpoint have reached, on all shards. */
  readonly position: number;
}

/** How a rebuild is followed, and given up. */
export interface RebuildOptions {
  /** Position reached and position of the log's end. */
  readonly onProgress?: (reached: number, head: number) => void;
  readonly signal?: AbortSignal;
}

/** How often it is looked up which generations there are, in milliseconds. */
const REFRESH_MS = 1000;

/** Keeps every view's generations built and knows which one answers: promises 7 and 8. */
export class Views {
  readonly #store: Store;
  readonly #parts: SubscriptionParts;
  readonly #works: boolean;
  readonly #states: Map<string, ViewState>;
  readonly #stopping = new AbortController();
  readonly #background: Promise<void>[] = [];
  /** Builds that this process began by itself, because a definition had changed: who asks for a rebuild means these. */
  readonly #begun = new Map<string, Promise<Comparison>>();

  /** `works`: whether this process builds views, or only reads them. */
  constructor(service: Service, store: Store, parts: SubscriptionParts, works: boolean) {
    this.#store = store;
    this.#parts = parts;
    this.#works = works;
    this.#states = new Map(
      service.views.map((view) => [
        view.name,
        { view, fingerprint: fingerprintOf(view), generations: [], live: null, running: new Map() },
      ]),
    );
  }

  /** Starts what is to be built, and follows what others build. */
  async start(): Promise<void> {
    await this.refresh();
    this.#background.push(this.#refreshRegularly());
    if (!this.#works) return;
    for (const { view } of this.#states.values()) this.#background.push(this.#removeLeftovers(view));
    for (const state of this.#states.values()) await this.#buildWhereMissing(state);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#background);
    await Promise.all(
      [...this.#states.values()].flatMap((state) => [...state.running.values()].map((s) => s.stop())),
    );
  }

  /**
   * The table that answers reads: the same object as long as it does.
   * @throws PlinthError `unavailable` before the first build has begun.
   */
  live(name: string): TableName {
    const { live } = this.#state(name);
    if (live) return live;
    throw new PlinthError("unavailable", `The view "${name}" is not built yet.`, { retryAfterMs: 1000 });
  }

  /**
   * Reads from the table that answers. Another process may have switched builds and removed the old table a moment ago:
   * then it is looked up anew, once.
   */
  async read<Result>(name: string, from: (table: TableName) => Promise<Result>): Promise<Result> {
    const table = this.live(name);
    try {
      return await from(table);
    } catch (error) {
      await this.refresh();
      const live = this.live(name);
      if (live.generation === table.generation) throw error;
      return from(live);
    }
  }

  /** What a copy of the store must have reached to answer from a table that is to have come to a position. */
  reachedIn(table: TableName, position: number): Reached {
    const { view } = this.#state(table.view);
    return { subscription: subscriptionOf(table), shards: view.shards, position };
  }

  /** The views that no build answers for yet. */
  get missing(): string[] {
    return [...this.#states.values()].filter(({ live }) => live === null).map(({ view }) => view.name);
  }

  /**
   * Resolves when the view that is read has reached the position.
   * @throws PlinthError `deadline_exceeded`.
   */
  async reach(name: string, position: number, deadlineMs: number): Promise<void> {
    if (position === 0) return;
    const { view } = this.#state(name);
    await this.#parts.progress.reach(subscriptionOf(this.live(name)), view.shards, position, deadlineMs);
  }

  /** How far the view that is read has come. */
  async reached(name: string): Promise<number> {
    const { view } = this.#state(name);
    return this.#parts.progress.reached(subscriptionOf(this.live(name)), view.shards);
  }

  /** Resolves when the view may have moved beyond the position, or the time is over. */
  async waitBeyond(name: string, position: number, ms: number): Promise<void> {
    const { view } = this.#state(name);
    await this.#parts.progress.waitBeyond(subscriptionOf(this.live(name)), view.shards, position, ms);
  }

  async list(): Promise<ViewStatus[]> {
    await this.refresh();
    const statuses: ViewStatus[] = [];
    for (const { view, fingerprint, generations } of this.#states.values())
      for (const generation of generations)
        statuses.push({
          view: view.name,
          generation: generation.generation,
          status: generation.status,
          current: generation.fingerprint === fingerprint,
          position: await this.#parts.progress.reached(subscriptionOf(generation), view.shards),
        });
    return statuses;
  }

  /** Builds a view anew beside the one that is read, compares them, and switches. */
  async rebuild(name: string, options: RebuildOptions = {}): Promise<Comparison> {
    const state = this.#state(name);
    const begun = this.#begun.get(name);
    this.#begun.delete(name);
    if (begun) return begun;
    const signal = AbortSignal.any([this.#stopping.signal, ...(options.signal ? [options.signal] : [])]);
    return build(() => this.refresh(), this.#store, this.#parts, state, {
      anew: true,
      signal,
      onProgress: options.onProgress,
    });
  }

  /** Lets the previous build answer again. @throws PlinthError `not_found` where there is none. */
  async switchBack(name: string): Promise<void> {
    await this.refresh();
    const previous = this.#state(name).generations.find(({ status }) => status === "previous");
    if (!previous)
      throw new PlinthError("not_found", `The view "${name}" has no previous build to switch back to.`);
    await this.#store.generations.activate(previous);
    await this.refresh();
  }

  /** Looks up the generations, and works on those of this process's definition. */
  async refresh(): Promise<void> {
    const all = await this.#store.generations.list();
    for (const state of this.#states.values()) {
      state.generations = all.filter((generation) => generation.view === state.view.name);
      const live = state.generations.find(({ status }) => status === "live") ?? null;
      if (live?.generation !== state.live?.generation) state.live = live;
      if (this.#works && !this.#stopping.signal.aborted) await this.#runCurrent(state);
    }
  }

  async #runCurrent(state: ViewState): Promise<void> {
    const { view, fingerprint, generations, running } = state;
    const current = generations.filter((generation) => generation.fingerprint === fingerprint);
    for (const [number, subscription] of running)
      if (!current.some(({ generation }) => generation === number)) {
        running.delete(number);
        await subscription.stop();
      }
    for (const generation of current) {
      if (running.has(generation.generation)) continue;
      await this.#store.rows.create(generation, fieldsOf(view));
      const { rows, subscriptions } = this.#store;
      const work = projection(view, generation, { rows, subscriptions, progress: this.#parts.progress });
      running.set(generation.generation, new Subscription(this.#parts, work));
    }
  }

  /** A view that was never built, or is built by another definition, is built without being asked. */
  async #buildWhereMissing(state: ViewState): Promise<void> {
    const { view, fingerprint, generations } = state;
    const known = generations.find((generation) => generation.fingerprint === fingerprint);
    if (known && known.status !== "building") {
      if (
        known.status === "previous" &&
        !generations.some((one) => one.status === "live" && one.fingerprint === fingerprint)
      )
        this.#parts.logger.warn(
          "A view is read from a build of another version; switch back to read this one's.",
          {
            view: view.name,
          },
        );
      return;
    }
    const { signal } = this.#stopping;
    const done = build(() => this.refresh(), this.#store, this.#parts, state, { anew: false, signal });
    if (generations.length === 0) {
      await done;
      return;
    }
    this.#begun.set(view.name, done);
    const ended = done.then(
      () => {},
      (error) => this.#reportBuild(view, error),
    );
    this.#background.push(ended);
  }

  #reportBuild(view: View, error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#parts.logger.error("A view could not be built.", { view: view.name, error: message });
  }

  /** What a process has left that died while it switched builds; where that fails, the next switch or start does it. */
  async #removeLeftovers({ name }: View): Promise<void> {
    const { logger } = this.#parts;
    await removeLeftovers(this.#store, logger, name).catch((error: Error) =>
      logger.warn("What is left of old builds could not be removed.", { view: name, error: error.message }),
    );
  }

  async #refreshRegularly(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(this.#parts.clock, REFRESH_MS, signal);
      if (signal.aborted) return;
      await this.refresh().catch((error: Error) => {
        if (!isOutage(error))
          this.#parts.logger.warn("The builds of views could not be looked up.", { error: error.message });
      });
    }
  }

  #state(name: string): ViewState {
    const state = this.#states.get(name);
    if (!state) throw new PlinthError("not_found", `There is no view "${name}".`);
    return state;
  }
}
