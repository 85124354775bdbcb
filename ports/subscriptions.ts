/** The right to work on one shard of a subscription. */
export interface Lease {
  readonly subscription: string;
  readonly shard: number;
  readonly owner: string;
  /** Fencing token: grows with every new owner, also one after a release or a removal, and never comes back. */
  readonly token: number;
}

/** How far an owner has come. Written only while the token is still the newest. */
export interface Checkpoint {
  readonly lease: Lease;
  readonly position: number;
}

/** A shard of a subscription as others see it. */
export interface SubscriptionStatus {
  readonly subscription: string;
  readonly shard: number;
  readonly position: number;
  readonly owner: string | null;
  readonly token: number;
  /** When the lease runs out: milliseconds of the store's clock; 0 where nobody holds it. */
  readonly expiresAt: number;
}

/** Leases and checkpoints, by the store's own clock. */
export interface Subscriptions {
  /**
   * Takes the lease where it is free, has run out, or is the owner's already. The token then stays, unless a write under it
   * may still be on its way to the store.
   * Resolves to null where another holds it. A new shard starts at position 0.
   */
  acquire(subscription: string, shard: number, owner: string, ttlMs: number): Promise<Checkpoint | null>;
  /** Extends a lease that still is the owner's, run out or not; false where another has taken it. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  /** Gives it back; nothing happens where it is another's. */
  release(lease: Lease): Promise<void>;
  /** Moves the checkpoint; false, having changed nothing, where the lease is another's. Never moves back. */
  advance(checkpoint: Checkpoint): Promise<boolean>;
  list(): Promise<readonly SubscriptionStatus[]>;
  /** Removes every shard of a subscription. */
  remove(subscription: string): Promise<void>;
}
