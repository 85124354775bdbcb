import type { Json } from "./json.ts";
import type { Checkpoint } from "./subscriptions.ts";

/**
 * An event that a reactor could not handle yet. `retrying`: due at `dueAt`. `behind`: waits for an earlier event of
 * its key. `parked`: failed for good, waits for a person. `replay`: a person wants it tried again, now.
 */
export type ParkStatus = "retrying" | "behind" | "parked" | "replay";

/** A parked event. */
export interface Parked {
  readonly subscription: string;
  readonly shard: number;
  /** Events of one key are handled in order. */
  readonly key: string;
  /** Of the event. Unique within the subscription. */
  readonly position: number;
  readonly status: ParkStatus;
  /** Attempts so far. */
  readonly attempts: number;
  /** When it is tried again: milliseconds since the epoch; 0 where nothing is planned. */
  readonly dueAt: number;
  /** What went wrong last, in words. */
  readonly error: string;
  /** Data that a person put in place of the event's own, or null. */
  readonly data: Json | null;
  /** When it was first parked: milliseconds since the epoch. */
  readonly parkedAt: number;
}

/** An owner's changes to the parked events of its subscription. */
export interface ParkChanges {
  /** Newly parked. One that is there already stays as it is: this was written before, by who did not learn of it. */
  readonly put: readonly Parked[];
  /**
   * Parked events that an attempt has changed. Where one no longer has the status, `dueAt` and data that the attempt was
   * made with, a person has decided otherwise meanwhile, or discarded it: then it stays as it is.
   */
  readonly change: readonly { readonly from: Parked; readonly to: Parked }[];
  /** Positions of events that were handled. */
  readonly remove: readonly number[];
}

/** Which parked events to see. */
export interface ParkQuery {
  readonly subscription?: string;
  readonly shard?: number;
  readonly key?: string;
  readonly statuses?: readonly ParkStatus[];
  /** Only those with a `dueAt` at or before this time (milliseconds since the epoch); not those with none. */
  readonly dueBy?: number;
  /** Only those after this place in (subscription, position) order. */
  readonly after?: { readonly subscription: string; readonly position: number };
  readonly limit: number;
}

/** Events that wait: to be retried, behind another of their key, or for a person. */
export interface Parks {
  /** In (subscription, position) order. */
  list(query: ParkQuery): Promise<readonly Parked[]>;
  /**
   * An owner's changes to parked events, and its checkpoint, together.
   * Resolves to false, having changed nothing, where the lease is another's.
   */
  write(changes: ParkChanges, checkpoint: Checkpoint): Promise<boolean>;
  /**
   * A person's decision on a parked event, whoever owns the shard: tried again now, with `data` in place of
   * its own where given, and due at the store's time. False where it is not there or not `parked` or `retrying`.
   */
  replay(subscription: string, position: number, data: Json | null): Promise<boolean>;
  /** A person's decision that it will not be handled; the reason is kept. False where it is not there. */
  discard(subscription: string, position: number, reason: string, by: string, at: string): Promise<boolean>;
  /** What was discarded, newest first. */
  discarded(limit: number): Promise<readonly Discarded[]>;
}

/** A discarded event and why. */
export interface Discarded {
  readonly subscription: string;
  readonly position: number;
  readonly key: string;
  readonly error: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}
