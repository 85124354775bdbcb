import type { Checkpoint, Clock, Lease, SubscriptionStatus, Subscriptions } from "@plinth/ports";
import type { Connection } from "./connection.ts";
import type { Remote } from "./thread.ts";
import type { Transaction } from "./transaction.ts";

const LIST = `
  SELECT subscription, shard, position, owner, token, expires_at AS expiresAt
  FROM subscriptions
  ORDER BY subscription, shard`;

const FIND = `
  SELECT subscription, shard, position, owner, token, expires_at AS expiresAt
  FROM subscriptions
  WHERE subscription = ? AND shard = ?`;

/** Counted over all subscriptions, so that a token never comes back, whatever was removed between. */
const NEXT_TOKEN = `
  INSERT INTO counters (name, value) VALUES ('lease token', 1)
  ON CONFLICT DO UPDATE SET value = value + 1
  RETURNING value`;

const TAKE = `
  INSERT INTO subscriptions (subscription, shard, position, owner, token, expires_at)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET owner = excluded.owner, token = excluded.token, expires_at = excluded.expires_at`;

const RENEW = `
  UPDATE subscriptions SET expires_at = ?
  WHERE subscription = ? AND shard = ? AND owner = ? AND token = ?`;

const RELEASE = `
  UPDATE subscriptions SET owner = NULL, expires_at = 0
  WHERE subscription = ? AND shard = ? AND owner = ? AND token = ?`;

const ADVANCE = `
  UPDATE subscriptions SET position = max(position, ?)
  WHERE subscription = ? AND shard = ? AND owner = ? AND token = ?`;

const REMOVE = "DELETE FROM subscriptions WHERE subscription = ?";

/** Which shard is to be leased, to whom, and from when to when in milliseconds of the store's clock. */
export interface Request {
  readonly subscription: string;
  readonly shard: number;
  readonly owner: string;
  readonly now: number;
  readonly expiresAt: number;
}

export const subscriptionWrites = {
  acquire(
    { database }: Transaction,
    { subscription, shard, owner, now, expiresAt }: Request,
  ): Checkpoint | null {
    const before = database.first<SubscriptionStatus>(FIND, subscription, shard);
    const isOwn = before?.owner === owner;
    if (before && before.owner !== null && !isOwn && before.expiresAt > now) return null;
    const position = before?.position ?? 0;
    const token = isOwn ? before.token : database.first<{ value: number }>(NEXT_TOKEN)!.value;
    database.run(TAKE, subscription, shard, position, owner, token, expiresAt);
    return { lease: { subscription, shard, owner, token }, position };
  },

  renew({ database }: Transaction, lease: Lease, expiresAt: number): boolean {
    return database.run(RENEW, expiresAt, ...identity(lease)) === 1;
  },

  release({ database }: Transaction, lease: Lease): void {
    database.run(RELEASE, ...identity(lease));
  },

  advance: moveCheckpoint,

  removeSubscription({ database }: Transaction, subscription: string): void {
    database.run(REMOVE, subscription);
  },
};

/** Moves a checkpoint, also as part of a larger write; false where the lease is another's. Never moves back. */
export function moveCheckpoint({ database }: Transaction, { lease, position }: Checkpoint): boolean {
  return database.run(ADVANCE, position, ...identity(lease)) === 1;
}

export class SqliteSubscriptions implements Subscriptions {
  readonly #writer: Remote<typeof subscriptionWrites>;
  readonly #reading: Connection;
  readonly #clock: Clock;

  constructor(writer: Remote<typeof subscriptionWrites>, reading: Connection, clock: Clock) {
    this.#writer = writer;
    this.#reading = reading;
    this.#clock = clock;
  }

  async acquire(
    subscription: string,
    shard: number,
    owner: string,
    ttlMs: number,
  ): Promise<Checkpoint | null> {
    const now = this.#clock.now();
    return this.#writer.acquire({ subscription, shard, owner, now, expiresAt: now + ttlMs });
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#writer.renew(lease, this.#clock.now() + ttlMs);
  }

  async release(lease: Lease): Promise<void> {
    await this.#writer.release(lease);
  }

  async advance(checkpoint: Checkpoint): Promise<boolean> {
    return this.#writer.advance(checkpoint);
  }

  async list(): Promise<readonly SubscriptionStatus[]> {
    return this.#reading.use((database) => database.all<SubscriptionStatus>(LIST));
  }

  async remove(subscription: string): Promise<void> {
    await this.#writer.removeSubscription(subscription);
  }
}

function identity({ subscription, shard, owner, token }: Lease) {
  return [subscription, shard, owner, token] as const;
}
