/** Which promise is broken. */
export type Promised =
  /** What was acknowledged, or read, is in the log. */
  | "durable"
  /** A command takes effect once, and a repeat gets the first answer. */
  | "once"
  /** A commit is there as a whole: all its events, and the stored state with them. */
  | "whole"
  /** Positions and versions have no holes, and nobody decides on what is no longer so. */
  | "order"
  /** What one is told is no older than what anyone was told before one asked. */
  | "linear"
  /** Who has written can read it. */
  | "reads"
  /** Rows are the fold of the log up to their checkpoint. */
  | "views"
  /** What a reactor sends takes effect once. */
  | "reactions"
  /** Nothing vanishes: an event is handled, or parked. */
  | "parked"
  /** Balances are what the answers say. */
  | "balances"
  /** It runs, and answers as it should. */
  | "service";

/** One promise that was found broken. */
export interface Fault {
  readonly promise: Promised;
  readonly what: string;
}

/** The first of them, one a line. */
export function show(faults: readonly Fault[]): string {
  return faults
    .slice(0, 10)
    .map(({ promise, what }) => `${promise}: ${what}`)
    .join("\n");
}
