import type { Clock, Ids } from "./clock.ts";
import type { Identity } from "./identity.ts";
import type { Limiter } from "./limiter.ts";
import type { Logger } from "./logger.ts";
import type { Operations } from "./operations.ts";

/** What a protocol is given to work with. */
export interface ProtocolContext {
  readonly operations: Operations;
  readonly identity: Identity;
  /** What every request takes from once its actor is known; null where there is no rate limit. */
  readonly limiter: Limiter | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 for any free one. */
  readonly port: number;
}

/** A way to reach the service from outside. */
export interface Protocol {
  readonly name: string;
  /** Listens; rejects with what is wrong, in words, where it cannot. */
  start(context: ProtocolContext): Promise<Listener>;
}

/** A protocol that listens. */
export interface Listener {
  /** Where: `http://127.0.0.1:8080`. */
  readonly url: string;
  /**
   * Is not ready any more, and serves on for `graceMs` (none where it is left out), until everybody has noticed. Then
   * takes nothing new, answers what is in flight, ends streams cleanly, closes connections as they fall idle.
   * Resolves when the last one is closed, or at the deadline after cutting what is left. The grace is part of it.
   */
  drain(deadlineMs: number, graceMs?: number): Promise<void>;
}
