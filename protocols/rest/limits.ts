/** How much a client may ask of the server. Bytes, milliseconds and counts; the last word of a name is its unit. */
export interface Limits {
  /** Longest request body. */
  readonly bodyBytes: number;
  /** Bodies that are still arriving, all together; those beyond are answered 503. */
  readonly arrivingBytes: number;
  /** Request line and headers together. */
  readonly headerBytes: number;
  readonly headersMax: number;
  /** Levels of objects and arrays in a JSON body. */
  readonly depthMax: number;
  /** Open connections; those beyond are answered 503 and closed. */
  readonly connectionsMax: number;
  /** Requests at work at the same time; those beyond are answered 503. */
  readonly inFlightMax: number;
  /**
   * How long a request may be at work. Where one of ten on a route takes longer, and longer than twice what that route
   * takes at its best, fewer of its requests are taken at once; those beyond are answered 503.
   */
  readonly lateMs: number;
  /** Event streams open at the same time; those beyond are answered 503. */
  readonly streamsMax: number;
  /** Longest time from a complete request to its answer. */
  readonly deadlineMs: number;
  /** Longest time that the headers of a request may take to arrive. */
  readonly headersMs: number;
  /** Longest time that a whole request may take to arrive. */
  readonly requestMs: number;
  /** How long an idle connection is kept; longer than the 60 s that load balancers keep theirs. */
  readonly idleMs: number;
  /** How long a client may leave what was sent to it unread. */
  readonly stallMs: number;
  /** Between two comments that keep an event stream open. */
  readonly heartbeatMs: number;
}

export const LIMITS: Limits = {
  bodyBytes: 1024 * 1024,
  arrivingBytes: 64 * 1024 * 1024,
  headerBytes: 16 * 1024,
  headersMax: 100,
  depthMax: 64,
  connectionsMax: 10_000,
  inFlightMax: 2048,
  lateMs: 50,
  streamsMax: 1000,
  deadlineMs: 30_000,
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 65_000,
  stallMs: 60_000,
  heartbeatMs: 15_000,
};

/**
 * The limits with their defaults filled in.
 * @throws RangeError where one is no positive whole number, naming it.
 */
export function limits(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given))
    if (!(name in LIMITS) || !Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`rest: limits.${name} is ${value}: use a known limit and a whole number from 1.`);
  return { ...LIMITS, ...given };
}
