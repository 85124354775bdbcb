import type { Checkpoint, Clock, Lease, SubscriptionStatus, Subscriptions } from "@plinth/ports";
import { idOf } from "./identity.ts";
import { compareText } from "./lists.ts";
import { type Shelves, shelf } from "./shelves.ts";
import type { Turns } from "./turns.ts";

export class MemorySubscriptions implements Subscriptions {
  readonly #shards = new Map<string, SubscriptionStatus>();
  readonly #turns: Turns;
  readonly #clock: Clock;
  /** Of all shards, so that a token never comes back, whatever was removed between. */
  #lastToken = 0;
  /** As a copy reads and writes them. */
  readonly shelves: Shelves<"subscriptions"> = {
    subscriptions: shelf(
      () => this.#shards.values(),
      ({ subscription, shard, position, token }) => [subscription, shard, position, token] as const,
      ([subscription, shard, position, token]) =>
        this.#put({ subscription, shard, position, owner: null, token, expiresAt: 0 }),
    ),
  };

  constructor(turns: Turns, clock: Clock) {
    this.#turns = turns;
    this.#clock = clock;
  }

  async acquire(
    subscription: string,
    shard: number,
    owner: string,
    ttlMs: number,
  ): Promise<Checkpoint | null> {
    await this.#turns.next();
    const now = this.#clock.now();
    const before = this.#shards.get(idOf(subscription, shard));
    const isOwn = before?.owner === owner;
    if (before && before.owner !== null && !isOwn && before.expiresAt > now) return null;
    const position = before?.position ?? 0;
    const token = isOwn ? before.token : ++this.#lastToken;
    this.#put({ subscription, shard, position, owner, token, expiresAt: now + ttlMs });
    return { lease: { subscription, shard, owner, token }, position };
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    await this.#turns.next();
    const status = this.#heldBy(lease);
    if (!status) return false;
    this.#put({ ...status, expiresAt: this.#clock.now() + ttlMs });
    return true;
  }

  async release(lease: Lease): Promise<void> {
    await this.#turns.next();
    const status = this.#heldBy(lease);
    if (status) this.#put({ ...status, owner: null, expiresAt: 0 });
  }

  async advance(checkpoint: Checkpoint): Promise<boolean> {
    await this.#turns.next();
    return this.move(checkpoint);
  }

  async list(): Promise<readonly SubscriptionStatus[]> {
    await this.#turns.next();
    return [...this.#shards.values()].sort(
      (a, b) => compareText(a.subscription, b.subscription) || a.shard - b.shard,
    );
  }

  async remove(subscription: string): Promise<void> {
    await this.#turns.next();
    for (const [id, status] of this.#shards)
      if (status.subscription === subscription) this.#shards.delete(id);
  }

  /** Moves a checkpoint as part of a larger step; false where the lease is another's. Never moves back. */
  move({ lease, position }: Checkpoint): boolean {
    const status = this.#heldBy(lease);
    if (!status) return false;
    this.#put({ ...status, position: Math.max(status.position, position) });
    return true;
  }

  /** The last fencing token that was given; 0 where none was. */
  get lastToken(): number {
    return this.#lastToken;
  }

  set lastToken(token: number) {
    this.#lastToken = token;
  }

  /** Who holds a lease that has not run out. */
  owners(): readonly string[] {
    const held = [...this.#shards.values()].filter(({ expiresAt }) => expiresAt > this.#clock.now());
    return [...new Set(held.flatMap(({ owner }) => owner ?? []))];
  }

  #heldBy({ subscription, shard, owner, token }: Lease): SubscriptionStatus | null {
    const status = this.#shards.get(idOf(subscription, shard));
    return status?.owner === owner && status.token === token ? status : null;
  }

  #put(status: SubscriptionStatus): void {
    this.#shards.set(idOf(status.subscription, status.shard), status);
  }
}
