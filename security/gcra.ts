import { anonymous } from "@plinth/model";
import type { Allowance, Clock, Limiter, RateLimit, Taker } from "@plinth/ports";
import { network } from "./network.ts";

/** What a limiter within one process is made with. */
export interface GcraOptions extends Pick<RateLimit, "quota" | "windowSeconds"> {
  readonly clock: Clock;
  /** Names the limit to clients; `default` where it is left out. */
  readonly name?: string;
  /** How many buckets are kept at most; 100,000 by default, of about 200 bytes each. */
  readonly bucketsMax?: number;
}

/**
 * What is in use of one quota. It is counted in shares of a request: a request has as many as its window has
 * milliseconds, and every millisecond as many drain as the quota has requests. So all of it is whole numbers, and
 * nothing is lost to rounding.
 */
interface Bucket {
  /** As of `atMs`. */
  level: number;
  atMs: number;
}

type Buckets = Map<string, Bucket>;

/**
 * A limiter by GCRA, the generic cell rate algorithm (ITU-T I.371, annex A: the continuous-state leaky bucket, as a
 * meter). A quota may be used in one burst; it comes back evenly, one request every window / quota. Time counts in
 * whole milliseconds.
 *
 * Buckets that are whole again are forgotten as room is needed. Where so many are in use at once that they do not fit
 * into half of the room, those go too that were not asked for since the last time: their quotas are then whole early.
 */
class GcraLimiter implements Limiter {
  readonly #clock: Clock;
  readonly #limit: RateLimit;
  readonly #shares: number;
  readonly #capacity: number;
  readonly #halfMax: number;
  #young: Buckets = new Map();
  #old: Buckets = new Map();

  constructor(clock: Clock, limit: RateLimit, bucketsMax: number) {
    this.#clock = clock;
    this.#limit = limit;
    this.#shares = limit.windowSeconds * 1000;
    this.#capacity = limit.quota * this.#shares;
    this.#halfMax = Math.floor(bucketsMax / 2);
  }

  /** Buckets that are kept. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  take(taker: Taker): Allowance {
    const nowMs = Math.floor(this.#clock.elapsed());
    const bucket = this.#bucket(keyOf(taker), nowMs);
    bucket.level = this.#drained(bucket, nowMs);
    bucket.atMs = nowMs;
    const excess = bucket.level + this.#shares - this.#capacity;
    if (excess <= 0) bucket.level += this.#shares;
    return this.#allowance(bucket.level, excess);
  }

  #allowance(level: number, excess: number): Allowance {
    const { quota } = this.#limit;
    return {
      limit: this.#limit,
      retryAfterMs: excess > 0 ? Math.ceil(excess / quota) : null,
      remaining: Math.floor((this.#capacity - level) / this.#shares),
      resetSeconds: Math.ceil(level / (quota * 1000)),
    };
  }

  #drained({ level, atMs }: Bucket, nowMs: number): number {
    return Math.max(0, level - (nowMs - atMs) * this.#limit.quota);
  }

  #bucket(key: string, nowMs: number): Bucket {
    const young = this.#young.get(key);
    if (young) return young;
    const bucket = this.#old.get(key) ?? { level: 0, atMs: nowMs };
    this.#old.delete(key);
    if (this.#young.size >= this.#halfMax) this.#makeRoom(nowMs);
    this.#young.set(key, bucket);
    return bucket;
  }

  /** Empties the young half, so that all buckets are looked through once in as many new ones as a half holds. */
  #makeRoom(nowMs: number): void {
    const old = this.#inUse(this.#old, nowMs);
    const young = this.#inUse(this.#young, nowMs);
    const fits = old.length + young.length <= this.#halfMax;
    this.#old = new Map(fits ? [...old, ...young] : young);
    this.#young = new Map();
  }

  #inUse(buckets: Buckets, nowMs: number): [string, Bucket][] {
    return [...buckets].filter(([, bucket]) => this.#drained(bucket, nowMs) > 0);
  }
}

/** Texts of any content beside each other, told apart by the length of each. */
function keyOf({ actor, client, route }: Taker): string {
  const { id, tenant } = actor;
  const who = id === anonymous.id ? `client:${network(client)}` : `actor:${id}`;
  return `${tenant.length}:${tenant}${who.length}:${who}${route}`;
}

/** Beyond these, what is counted would not be a whole number any more. */
export const QUOTA_MAX = 1_000_000;
export const WINDOW_SECONDS_MAX = 86_400;

const NAME = /^[a-z0-9-]{1,64}$/i;

/**
 * A rate limit for each actor, tenant and route of this process, by GCRA (ITU-T I.371). Callers that have not signed
 * in are told apart by their network.
 * @throws RangeError where an option cannot be used, naming it.
 */
export function gcraLimiter(options: GcraOptions): GcraLimiter {
  const { clock, quota, windowSeconds, name = "default", bucketsMax = 100_000 } = options;
  check("quota", quota, 1, QUOTA_MAX);
  check("windowSeconds", windowSeconds, 1, WINDOW_SECONDS_MAX);
  check("bucketsMax", bucketsMax, 2, 2 ** 24);
  if (!NAME.test(name))
    throw new RangeError(`gcraLimiter: name is "${name}": use at most 64 letters, digits and dashes.`);
  return new GcraLimiter(clock, { name, quota, windowSeconds }, bucketsMax);
}

function check(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw new RangeError(`gcraLimiter: ${name} is ${value}: use a whole number from ${min} to ${max}.`);
}
