/** Stops a timer that has not fired yet; harmless afterwards. */
export type Cancel = () => void;

/**
 * Time, handed in. Everything that waits or asks for the time does it through a clock, so that a simulator
 * can own it.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump, in both directions. */
  now(): number;
  /** Milliseconds that only grow, from an arbitrary start: for measuring durations. */
  elapsed(): number;
  /** Calls once, after `ms` milliseconds. Does not keep the process alive. */
  after(ms: number, call: () => void): Cancel;
}

/** Chance, handed in. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** Bytes that nobody can guess, for ids and tokens. */
  bytes(length: number): Uint8Array;
}

/** Source of new identifiers. */
export interface Ids {
  /** A time-ordered UUID version 7 (RFC 9562): later ids sort after earlier ones of the same process. */
  next(): string;
}
