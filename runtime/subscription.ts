import type {
  Cancel,
  Checkpoint,
  Clock,
  Lease,
  Logger,
  Random,
  SubscriptionStatus,
  Subscriptions,
} from "@plinth/ports";
import { isOutage } from "./outage.ts";
import type { Progress } from "./progress.ts";
import type { Tail, TailPage } from "./tail.ts";
import { backoffMs, sleep } from "./wait.ts";

/** What a subscription does with events. */
export interface Work {
  /** Names its checkpoints: `view:balances@2`, `reactor:thanks`. */
  readonly name: string;
  readonly shards: number;
  /** Begins to work on a shard that the lease was just taken for. `over` aborts when it is to be given back. */
  begin(checkpoint: Checkpoint, over: AbortSignal): Promise<Tenure>;
}

/** The time in which this process works on one shard. */
export interface Tenure {
  /**
   * Takes a stretch of the log, of all shards' events, and resolves when it is ready for the next one. Resolves to
   * false where the lease is another's by now.
   */
  handle(page: TailPage): Promise<boolean>;
  /**
   * Called where there is nothing more to take for now. Resolves when no failure of what was taken can be left unseen
   * until the next stretch: to false as `handle` does.
   */
  settled(): Promise<boolean>;
  /** Finishes what was begun. The lease is still held. */
  end(): Promise<void>;
}

/** What subscriptions run on. */
export interface SubscriptionParts {
  readonly subscriptions: Subscriptions;
  readonly tail: Tail;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Who holds leases: this process. */
  readonly owner: string;
  /** How long a lease lasts without being renewed, in milliseconds. */
  readonly leaseMs: number;
}

/** Wait after a failure of the work itself. */
const FAILURE_BACKOFF = { minMs: 100, maxMs: 10_000 };

/** Wait while the store cannot answer: what has come to a stand goes on soon after it can. */
const OUTAGE_BACKOFF = { minMs: 100, maxMs: 1000 };

/** Of the time that a lease lasts: how often those who do not have it try to take it, and see whether it is renewed. */
const TRY = 1 / 10;
const LOOK = 1 / 3;

/** The lease of another, since when it has been seen as it is, and when it was seen last. */
interface Foreign {
  readonly status: SubscriptionStatus;
  readonly since: number;
  readonly seen: number;
}

/** Follows the log from a checkpoint on, on as many shards as this process gets the leases for. */
export class Subscription {
  readonly #parts: SubscriptionParts;
  readonly #work: Work;
  readonly #stopping = new AbortController();
  readonly #foreign = new Map<number, Foreign>();
  readonly #shards: Promise<void>[];

  constructor(parts: SubscriptionParts, work: Work) {
    this.#parts = parts;
    this.#work = work;
    this.#shards = Array.from({ length: work.shards }, (_, shard) => this.#follow(shard));
  }

  /** Finishes what was begun, gives the leases back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#shards);
  }

  /** Takes the lease and works, again and again, until it is stopped. */
  async #follow(shard: number): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (await this.#ownOnce(shard)) failures = 0;
      } catch (error) {
        failures += 1;
        const backoff = isOutage(error) ? OUTAGE_BACKOFF : FAILURE_BACKOFF;
        if (!isOutage(error)) this.#report(shard, failures, error);
        await sleep(this.#parts.clock, backoffMs(failures, backoff, this.#parts.random), signal);
      }
    }
  }

  async #ownOnce(shard: number): Promise<boolean> {
    const { subscriptions, owner, leaseMs, clock } = this.#parts;
    const checkpoint = await subscriptions.acquire(this.#work.name, shard, owner, leaseMs);
    if (!checkpoint) {
      await this.#releaseAbandoned(shard);
      await sleep(clock, leaseMs * TRY, this.#stopping.signal);
      return false;
    }
    const tenancy = new Tenancy(this.#parts, checkpoint.lease, this.#stopping.signal);
    try {
      await this.#workOn(checkpoint, tenancy);
    } finally {
      await tenancy.end();
    }
    return true;
  }

  /**
   * Where the time of day was set back, the lease of an owner that has died would be held for as long: one that is not
   * renewed while it should be is given back. Where that is wrong, the fencing token still decides who writes.
   */
  async #releaseAbandoned(shard: number): Promise<void> {
    const { subscriptions, clock, leaseMs } = this.#parts;
    const known = this.#foreign.get(shard);
    const seen = clock.elapsed();
    if (known && seen - known.seen < leaseMs * LOOK) return;
    const all = await subscriptions.list();
    const status = all.find((one) => one.subscription === this.#work.name && one.shard === shard);
    if (!status || status.owner === null) return;
    const { token, owner, expiresAt } = status;
    const isSame = known?.status.token === token && known.status.expiresAt === expiresAt;
    const since = isSame ? known.since : seen;
    this.#foreign.set(shard, { status, since, seen });
    if (seen - since > leaseMs && expiresAt - clock.now() > leaseMs)
      await subscriptions.release({ subscription: this.#work.name, shard, owner, token });
  }

  async #workOn(checkpoint: Checkpoint, tenancy: Tenancy): Promise<void> {
    const { tail, progress, leaseMs } = this.#parts;
    const { lease } = checkpoint;
    const tenure = await this.#work.begin(checkpoint, tenancy.over);
    try {
      let after = checkpoint.position;
      progress.moved(lease, after);
      while (!tenancy.over.aborted) {
        const page = await tail.read(after);
        const isEnd = page.position === after;
        if (!(await (isEnd ? tenure.settled() : tenure.handle(page)))) return;
        if (isEnd) await tail.wait(after, leaseMs, tenancy.over);
        after = page.position;
      }
    } finally {
      await tenure.end();
    }
  }

  #report(shard: number, failures: number, error: unknown): void {
    this.#parts.logger.error("A subscription failed and tries again.", {
      subscription: this.#work.name,
      shard,
      failures,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Keeps one lease alive until it is lost or given back. */
export class Tenancy {
  readonly #parts: SubscriptionParts;
  readonly #lease: Lease;
  readonly #lost = new AbortController();
  /** Aborts when the lease is lost, or when the subscription stops. */
  readonly over: AbortSignal;
  #cancel: Cancel = () => {};

  constructor(parts: SubscriptionParts, lease: Lease, stopping: AbortSignal) {
    this.#parts = parts;
    this.#lease = lease;
    this.over = AbortSignal.any([stopping, this.#lost.signal]);
    this.#renewLater();
  }

  async end(): Promise<void> {
    this.#cancel();
    this.#lost.abort();
    this.#parts.progress.left(this.#lease);
    await this.#parts.subscriptions.release(this.#lease);
  }

  #renewLater(): void {
    const { subscriptions, clock, leaseMs } = this.#parts;
    this.#cancel = clock.after(leaseMs / 3, () => {
      subscriptions.renew(this.#lease, leaseMs).then(
        (kept) => (kept ? this.#renewUnlessOver() : this.#lost.abort()),
        () => this.#renewUnlessOver(),
      );
    });
  }

  /** A renewal that failed is tried again: the fencing token decides whether the lease was lost meanwhile. */
  #renewUnlessOver(): void {
    if (!this.#lost.signal.aborted) this.#renewLater();
  }
}
