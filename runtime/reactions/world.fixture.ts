import { memoryStore } from "@plinth/memory";
import {
  type Entity,
  type Event,
  entity,
  type Reaction,
  type ReactorContext,
  type ReactorOptions,
  reactor,
  service,
  z,
} from "@plinth/model";
import { type Clock, type Logger, type Parked, type Store, silent } from "@plinth/ports";
import { type SimulatedClock, seededRandom, simulatedClock, simulatedIds } from "@plinth/testing";
import { Commands } from "../commands.ts";
import { Committer } from "../committer.ts";
import { Entities } from "../entities.ts";
import { FactReader } from "../facts.ts";
import { Policies } from "../policy.ts";
import { Progress } from "../progress.ts";
import { type ReactorLimits, type ReactorWork, reactorWork } from "../react.ts";
import { Subscription } from "../subscription.ts";
import { Tail } from "../tail.ts";

/** What reactors react to. `lane` is their key, `what` tells the handler how to behave. */
export const parcel = entity("parcel", {
  state: z.object({}),
  initial: {},
  events: { posted: z.object({ lane: z.string(), what: z.string() }), lost: z.object({}) },
})
  .evolve({ posted: (state) => state, lost: (state) => state })
  .commands({});

/** Where reactors' commands leave a trace: which events they were sent for, in order. */
export const ledger = entity("ledger", {
  state: z.object({ entries: z.array(z.string()) }),
  initial: { entries: [] },
  events: { recorded: z.object({ entry: z.string() }) },
})
  .evolve({ recorded: ({ entries }, { entry }) => ({ entries: [...entries, entry] }) })
  .commands({
    record: {
      on: "any",
      input: z.object({ entry: z.string() }),
      decide: (_state, input, { emit, refuse }) =>
        input.entry === "refused" ? refuse("ledger_closed", "It is closed.") : emit.recorded(input),
    },
    amend: { input: z.object({}), decide: () => [] },
  });

/** Made anew by each command, under a generated id. */
export const note = entity("note", {
  state: z.object({ text: z.string() }),
  initial: { text: "" },
  events: { written: z.object({ text: z.string() }) },
})
  .evolve({ written: (_state, { text }) => ({ text }) })
  .commands({
    write: {
      on: "new",
      input: z.object({ text: z.string() }),
      decide: (_s, input, { emit }) => emit.written(input),
    },
  });

export type Posted = Event<"parcel.posted", { lane: string; what: string }>;
export type Act = (event: Posted, context: ReactorContext) => Promise<void> | void;

/** A reactor to posted parcels, by lane, with retries after 1 s, 2 s, 4 s and then no more. */
export function courier(act: Act, options: Partial<ReactorOptions<readonly []>> = {}) {
  return reactor("courier", {
    on: { "parcel.posted": act as Reaction },
    key: ({ data }) => data.lane,
    retries: { max: 3, minMs: 1000, maxMs: 60_000 },
    ...options,
  });
}

/** Records the event in its lane's ledger. */
export const record: Act = async (event, { send }) => {
  await send(ledger, "record", { id: event.data.lane, input: { entry: String(event.position) } });
};

/** Records what can be recorded, fails at what is `bad`. */
export const recordGood: Act = async (event, context) => {
  if (event.data.what === "bad") throw new Error("It is bad.");
  await record(event, context);
};

export interface ProcessOptions {
  readonly owner?: string;
  readonly limits?: Partial<ReactorLimits>;
  readonly store?: Store;
  readonly logger?: Logger;
}

/** A store, a clock and processes that run reactors on them. */
export class World {
  readonly clock: SimulatedClock;
  readonly store: Store;
  readonly random = seededRandom(7);
  readonly service = service("post", { entities: [parcel, ledger, note] as Entity[] });
  #posted = 0;
  #owners = 0;

  constructor() {
    this.clock = simulatedClock();
    this.store = memoryStore({ clock: this.clock });
  }

  /** Appends one event per text of the form `lane` or `lane:what`. Resolves to their positions. */
  async post(...parcels: string[]): Promise<number[]> {
    return this.postFor("main", ...parcels);
  }

  async postFor(tenant: string, ...parcels: string[]): Promise<number[]> {
    const outcomes = await this.store.log.append(
      parcels.map((text) => {
        const [lane = "", what = "ok"] = text.split(":");
        this.#posted += 1;
        return {
          stream: { tenant, entity: "parcel", id: `p${this.#posted}` },
          expectedVersion: 0,
          events: [{ type: "parcel.posted", data: JSON.stringify({ lane, what }) }],
          state: null,
          command: null,
          unique: [],
          conditions: [],
          at: new Date(this.clock.now()).toISOString(),
          actor: "someone",
          trace: "00-trace",
        };
      }),
    );
    return outcomes.map((outcome) => (outcome.kind === "accepted" ? outcome.position : -1));
  }

  /** Starts a process that runs the reactor. */
  start(act: ReturnType<typeof courier>, options: ProcessOptions = {}): Process {
    this.#owners += 1;
    return new Process(this, act, { owner: `process ${this.#owners}`, ...options });
  }

  /** What was recorded in a lane's ledger. */
  async entries(lane: string, tenant = "main"): Promise<string[]> {
    const stream = { tenant, entity: "ledger", id: lane };
    const events = await this.store.log.readStream(stream, 0, 1_000_000);
    return events.map(({ data }) => JSON.parse(data).entry);
  }

  parks(): Promise<readonly Parked[]> {
    return this.store.parks.list({ limit: 1_000_000 });
  }

  /** The parked events in short: `lane position status attempts`. */
  async parked(): Promise<string[]> {
    return (await this.parks()).map(
      ({ key, position, status, attempts }) => `${key} ${position} ${status} ${attempts}`,
    );
  }

  /** How far the reactor's shards have come. */
  async positions(): Promise<number[]> {
    return (await this.store.subscriptions.list()).map(({ position }) => position);
  }
}

const LEASE_MS = 3000;

/** A process that runs a reactor: it can stop in good order, or die in an instant. */
export class Process {
  readonly work: ReactorWork;
  readonly #subscription: Promise<Subscription>;
  readonly #tail: Tail;
  #isDead = false;

  constructor(world: World, act: ReturnType<typeof courier>, { owner, limits, ...options }: ProcessOptions) {
    const { service, random } = world;
    const { logger = silent } = options;
    const isDead = () => this.#isDead;
    const clock = mortalClock(world.clock, isDead);
    const store = mortalStore(options.store ?? world.store, isDead);
    const { log, parks, subscriptions } = store;
    const progress = new Progress(subscriptions, clock);
    const commands = commandsOf(world, store, clock);
    this.#tail = new Tail(store, clock, { eventsMax: 100, charactersMax: 100_000, pollMs: 250, hintMs: 0 });
    const parts = { service, commands, log, parks, progress, clock, random, logger };
    this.work = reactorWork(act, { ...parts, ...(limits ? { limits } : {}) });
    const more = { subscriptions, tail: this.#tail, owner: owner ?? "process", leaseMs: LEASE_MS };
    this.#subscription = this.#tail.start().then(() => new Subscription({ ...parts, ...more }, this.work));
  }

  /** Drains in good order. */
  async stop(): Promise<void> {
    await (await this.#subscription).stop();
    await this.#tail.stop();
  }

  /** Dies: nothing that it had begun goes on, no timer fires, no answer arrives. */
  crash(): void {
    this.#isDead = true;
  }

  /** What a handler of this process does first after it waited: a dead one does not go on. */
  live(): Promise<void> {
    return this.#isDead ? never() : Promise.resolve();
  }
}

function commandsOf({ service, random }: World, store: Store, clock: Clock): Commands {
  const entities = new Entities(store, 10_000_000);
  const rows = { read: async () => null, reach: async () => {} };
  const limits = { batchMax: 100, batchWorth: 10, batchesInFlightMax: 2, waitingMax: 10_000 };
  return new Commands({
    log: store.log,
    entities,
    committer: new Committer(store.log, clock, limits),
    facts: new FactReader(service, store, entities, rows),
    policies: new Policies(service),
    clock,
    ids: simulatedIds(clock, random),
    draining: new AbortController().signal,
    commandsMax: 10_000,
  });
}

function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}

function mortalClock(clock: Clock, isDead: () => boolean): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    after: (ms, call) => clock.after(ms, () => isDead() || call()),
  };
}

function mortalStore(store: Store, isDead: () => boolean): Store {
  const { log, parks, subscriptions } = store;
  const mortal = <Port extends object>(port: Port) =>
    intercepted(port, (_method, call) =>
      isDead() ? never() : call().then((it) => (isDead() ? never() : it)),
    );
  return { ...store, log: mortal(log), parks: mortal(parks), subscriptions: mortal(subscriptions) };
}

/** The port with every method that answers later wrapped. */
export function intercepted<Port extends object>(
  port: Port,
  around: (method: string, call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (name === "onAppend") return method.bind(target);
      return (...args: unknown[]) =>
        around(String(name), () => method.apply(target, args) as Promise<unknown>, args);
    },
  });
}
