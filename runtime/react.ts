import type { Reactor } from "@plinth/model";
import type { Checkpoint } from "@plinth/ports";
import { Tally } from "./reactions/tally.ts";
import { type ReactorLimits, ReactorTenure, type TenureParts } from "./reactions/tenure.ts";
import type { Tenure, Work } from "./subscription.ts";

export type { ReactorLimits } from "./reactions/tenure.ts";

/** What a reactor runs on. */
export interface ReactorParts extends TenureParts {
  readonly limits?: Partial<ReactorLimits>;
}

/** What is right for handlers that mostly wait for others. */
export const DEFAULT_REACTOR_LIMITS: ReactorLimits = {
  unfinishedMax: 256,
  handlersMax: 32,
  blockedMax: 100_000,
  patienceMs: 10_000,
};

/** Does what a reactor says with the events of the log: promises 4 and 11. */
export class ReactorWork implements Work {
  readonly name: string;
  readonly shards: number;
  readonly #reactor: Reactor;
  readonly #parts: ReactorParts;
  readonly #limits: ReactorLimits;
  readonly #tally = new Tally();

  constructor(reactor: Reactor, parts: ReactorParts) {
    this.name = `reactor:${reactor.name}`;
    this.shards = reactor.shards;
    this.#reactor = reactor;
    this.#parts = parts;
    this.#limits = { ...DEFAULT_REACTOR_LIMITS, ...parts.limits };
  }

  /** Events that were handled since the process started. */
  get handled(): number {
    return this.#tally.handled;
  }

  /** Attempts that have failed since then and are made again. */
  get retried(): number {
    return this.#tally.retried;
  }

  /** Events that were parked since then for a person to decide on. */
  get parked(): number {
    return this.#tally.parked;
  }

  /** `over` aborts when the shard is to be given back: nothing more is then taken up. */
  async begin(checkpoint: Checkpoint, over: AbortSignal): Promise<Tenure> {
    const tenure = new ReactorTenure(this.#reactor, this.#parts, this.#limits, this.#tally, checkpoint);
    await tenure.begin(over);
    return tenure;
  }
}

/** The work of a reactor, for a subscription to drive. */
export function reactorWork(reactor: Reactor, parts: ReactorParts): ReactorWork {
  return new ReactorWork(reactor, parts);
}
