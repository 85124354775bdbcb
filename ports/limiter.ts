import type { Actor } from "@plinth/model";

/**
 * So many requests within so many seconds: what the header `RateLimit-Policy` tells
 * (draft-ietf-httpapi-ratelimit-headers-10, section 3).
 */
export interface RateLimit {
  /** Names it to clients: letters, digits and dashes. */
  readonly name: string;
  /** Requests that may be made within the window. */
  readonly quota: number;
  /** Seconds in which a quota that is used up becomes whole again. */
  readonly windowSeconds: number;
}

/** Who makes a request, and where it goes. Each combination has a quota of its own. */
export interface Taker {
  readonly actor: Actor;
  /** Address of the connection: stands for the actor where it is the anonymous one, or all of those would share. */
  readonly client: string;
  /** Method and pattern of the path: `POST /accounts/{id}/deposit`. */
  readonly route: string;
}

/** Whether a request may be made, and how much of the quota is left after it. */
export interface Allowance {
  readonly limit: RateLimit;
  /** Milliseconds until one request is allowed again, more than 0; null where this one is allowed. */
  readonly retryAfterMs: number | null;
  /** Whole requests that are left at once. */
  readonly remaining: number;
  /** Whole seconds until the quota is whole again, if nothing is asked until then. */
  readonly resetSeconds: number;
}

/** Keeps each caller to a quota of requests. */
export interface Limiter {
  /**
   * Takes one request of a quota; one that is refused takes nothing. Promised where it takes something to find out.
   * @throws PlinthError `unavailable` where it cannot be found out.
   */
  take(taker: Taker): Allowance | Promise<Allowance>;
}
