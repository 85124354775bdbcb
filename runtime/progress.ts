import { type Clock, type Lease, PlinthError, type Sample, type Subscriptions } from "@plinth/ports";

/** Someone who waits until a subscription has come far enough. */
interface Waiter {
  readonly position: number;
  resolve(): void;
}

/** What is known of one subscription: the position of each of its shards. */
class Track {
  readonly own = new Map<number, number>();
  readonly waiters = new Set<Waiter>();
}

/** How often the checkpoints of shards on other nodes are looked up while someone waits, in milliseconds. */
const LOOKUP_MS = 20;

/** How often someone who waits looks whether it is in vain, in milliseconds. */
const TURN_MS = 250;

/** How far each subscription has come, for those who want to read what they wrote: promise 7. */
export class Progress {
  readonly #subscriptions: Subscriptions;
  readonly #clock: Clock;
  readonly #fault: () => string | null;
  readonly #tracks = new Map<string, Track>();

  /** `fault` tells why no subscription can move now, in words; null where nothing is known against it. */
  constructor(subscriptions: Subscriptions, clock: Clock, fault: () => string | null = () => null) {
    this.#subscriptions = subscriptions;
    this.#clock = clock;
    this.#fault = fault;
  }

  /** A shard of this process has come to a position: rows up to there are committed. */
  moved(lease: Lease, position: number): void {
    const track = this.#track(lease.subscription);
    track.own.set(lease.shard, position);
    if (track.waiters.size > 0) this.#resolve(track, least(track.own.values()));
  }

  /** A shard is no longer this process's. */
  left(lease: Lease): void {
    this.#track(lease.subscription).own.delete(lease.shard);
  }

  /** Where the shards of this process are, for the metrics. */
  samples(): Sample[] {
    return [...this.#tracks].flatMap(([subscription, { own }]) =>
      [...own].map(([shard, value]) => ({ labels: { subscription, shard: String(shard) }, value })),
    );
  }

  /** The position that all shards have reached: by this process's own count where it works on all, else by checkpoints. */
  async reached(subscription: string, shards: number): Promise<number> {
    return this.#local(subscription, shards) ?? this.#committed(subscription, shards);
  }

  /**
   * Resolves when all shards have reached the position.
   * @throws PlinthError `deadline_exceeded` after `deadlineMs`, `unavailable` where to wait is in vain.
   */
  async reach(subscription: string, shards: number, position: number, deadlineMs: number): Promise<void> {
    const expiresAt = this.#clock.elapsed() + deadlineMs;
    for (;;) {
      const reached = await this.reached(subscription, shards);
      if (reached >= position) return;
      const left = expiresAt - this.#clock.elapsed();
      if (left <= 0) throw late(subscription, position, reached);
      const fault = this.#fault();
      if (fault !== null) throw standing(subscription, position, fault);
      await this.waitBeyond(subscription, shards, position - 1, Math.min(left, TURN_MS));
    }
  }

  /** Resolves when all shards may have moved beyond the position, or after `ms` milliseconds. */
  async waitBeyond(subscription: string, shards: number, position: number, ms: number): Promise<void> {
    const local = this.#local(subscription, shards);
    if (local !== null && local > position) return;
    await this.#wait(subscription, position + 1, local !== null ? ms : Math.min(ms, LOOKUP_MS));
  }

  #local(subscription: string, shards: number): number | null {
    const { own } = this.#track(subscription);
    return own.size === shards ? least(own.values()) : null;
  }

  async #committed(subscription: string, shards: number): Promise<number> {
    const statuses = (await this.#subscriptions.list()).filter(
      (status) => status.subscription === subscription,
    );
    return statuses.length < shards ? 0 : least(statuses.map((status) => status.position));
  }

  #wait(subscription: string, position: number, ms: number): Promise<void> {
    const { waiters } = this.#track(subscription);
    return new Promise((resolve) => {
      const waiter = { position, resolve: () => finish() };
      const cancel = this.#clock.after(ms, () => finish());
      const finish = () => {
        cancel();
        waiters.delete(waiter);
        resolve();
      };
      waiters.add(waiter);
    });
  }

  #resolve(track: Track, reached: number): void {
    for (const waiter of [...track.waiters]) if (waiter.position <= reached) waiter.resolve();
  }

  #track(subscription: string): Track {
    const known = this.#tracks.get(subscription);
    if (known) return known;
    const track = new Track();
    this.#tracks.set(subscription, track);
    return track;
  }
}

function least(positions: Iterable<number>): number {
  let result = Number.POSITIVE_INFINITY;
  for (const position of positions) result = Math.min(result, position);
  return result === Number.POSITIVE_INFINITY ? 0 : result;
}

function late(subscription: string, position: number, reached: number): PlinthError {
  return new PlinthError(
    "deadline_exceeded",
    `${subscription} has reached position ${reached}, not yet ${position}.`,
  );
}

function standing(subscription: string, position: number, fault: string): PlinthError {
  return new PlinthError("unavailable", `${subscription} can't reach position ${position} now: ${fault}`);
}
