import type { Service } from "@plinth/model";
import type { Clock, Listener, Operations, Protocol, Store } from "@plinth/ports";
import type { Runtime } from "@plinth/runtime";
import { Failure, reasonOf } from "./failure.ts";
import { processOwner } from "./owner.ts";
import { completeParts, type Parts, type RunOptions } from "./parts.ts";
import { stopOnSignals } from "./signals.ts";
import { allocateYoung } from "./v8.ts";

/** A service that runs. */
export interface Running {
  /** Where it listens, one URL per protocol. */
  readonly urls: readonly string[];
  /** What the protocols use, for calls from within the process. */
  readonly operations: Operations;
  /**
   * Takes nothing new, finishes what is in flight, gives leases back, closes the store. Resolves to whether all of
   * it was done within `drainMs`. Stopping twice is stopping once.
   */
  stop(): Promise<boolean>;
}

let runs = 0;

/** How often `run` was called in this process: `plinth serve` asks whether a module has run its service by itself. */
export function runsSoFar(): number {
  return runs;
}

type TakeRun = (service: Service, options: RunOptions) => Promise<Running>;

let takeRun: TakeRun | null = null;

/** Hands every call of `run` to someone who wants to know what a program would run. Returns how to stop that. */
export function takeRuns(take: TakeRun): () => void {
  takeRun = take;
  return () => {
    takeRun = null;
  };
}

/**
 * Runs a service: opens the store, starts the runtime and the protocols, and resolves when it takes requests.
 * @throws ConfigurationError with every fault of the configuration.
 * @throws Failure that says what is in the way.
 */
export async function run(service: Service, options: RunOptions = {}): Promise<Running> {
  if (takeRun) return takeRun(service, options);
  runs += 1;
  allocateYoung();
  const parts = completeParts(options);
  const store = await parts.store();
  const running = await startOn(store, service, options, parts).catch(async (error) => {
    await store.close();
    throw error;
  });
  if (options.signals ?? true) stopOnSignals(running, parts);
  return running;
}

async function startOn(store: Store, service: Service, options: RunOptions, parts: Parts): Promise<Running> {
  const { clock, random, ids, logger, roles } = parts;
  const { startRuntime } = await import("@plinth/runtime");
  const limits = options.limits ? { limits: options.limits } : {};
  const { name: owner, isGone } = processOwner(ids.next());
  const on = { store, clock, random, ids, logger, roles, owner, isGone };
  const runtime = await startRuntime(service, { ...on, ...limits });
  const running = new RunningService(store, runtime, parts);
  try {
    if (roles.api) await listen(running, options.protocols ?? (await usualProtocols()), parts);
    else logger.info("Working.", { service: service.name });
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function usualProtocols(): Promise<readonly Protocol[]> {
  const { rest } = await import("@plinth/rest");
  return [rest()];
}

async function listen(running: RunningService, protocols: readonly Protocol[], parts: Parts): Promise<void> {
  const { identity, limiter, clock, ids, logger, host, port } = parts;
  const { operations } = running;
  for (const protocol of protocols) {
    const listener = await protocol
      .start({ operations, identity, limiter, clock, ids, logger, host, port })
      .catch((error) => {
        throw cannotListen(protocol, parts, error);
      });
    running.listeners.push(listener);
    logger.info("Listening.", {
      service: operations.service.name,
      protocol: protocol.name,
      url: listener.url,
    });
  }
}

function cannotListen({ name }: Protocol, { host, port }: Parts, error: unknown): Failure {
  const hint =
    (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? " Choose another one with --port or PORT." : "";
  return new Failure(`Cannot listen on ${host}:${port} (${name}): ${reasonOf(error)}.${hint}`, error);
}

/** What the runtime and the store need of the time to stop in: a quarter, but not more than this. */
const RESERVE_MS = 2000;

class RunningService implements Running {
  readonly listeners: Listener[] = [];
  readonly operations: Operations;
  readonly #store: Store;
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  readonly #drainMs: number;
  readonly #graceMs: number;
  /** The clock's timers do not keep a process alive that only works on the log. */
  readonly #alive = setInterval(() => {}, 3_600_000);
  #stopping: Promise<boolean> | null = null;

  constructor(store: Store, runtime: Runtime, { clock, drainMs, graceMs }: Parts) {
    this.#store = store;
    this.#runtime = runtime;
    this.operations = runtime.operations;
    this.#clock = clock;
    this.#drainMs = drainMs;
    this.#graceMs = graceMs;
  }

  get urls(): readonly string[] {
    return this.listeners.map(({ url }) => url);
  }

  stop(): Promise<boolean> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** From the outside inwards: what is in flight still finds what it needs. */
  async #stop(): Promise<boolean> {
    const expiresAt = this.#clock.elapsed() + this.#drainMs;
    const listenersMs = this.#drainMs - Math.min(RESERVE_MS, this.#drainMs / 4);
    await Promise.all(this.listeners.map((listener) => listener.drain(listenersMs, this.#graceMs)));
    const finished = await this.#runtime.drain(Math.max(0, expiresAt - this.#clock.elapsed()));
    await this.#store.close();
    clearInterval(this.#alive);
    return finished;
  }
}
