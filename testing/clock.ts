import type { Cancel, Clock } from "@plinth/ports";

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** A clock that stands still until it is told to move. */
export class SimulatedClock implements Clock {
  #now: number;
  #elapsed = 0;
  readonly #timers = new Set<Timer>();

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(ms: number, call: () => void): Cancel {
    const timer = { at: this.#elapsed + Math.max(0, ms), call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /**
   * Lets time pass, and fires what falls due on the way, each at its own time and in order; what a timer sets
   * going comes to rest before the next one fires.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await rest();
    for (let timer = this.#firstUntil(end); timer; timer = this.#firstUntil(end)) {
      this.#timers.delete(timer);
      this.#passUntil(timer.at);
      timer.call();
      await rest();
    }
    this.#passUntil(end);
  }

  /** Sets the time of day, forward or back, as an operator or a time server does: no timer notices. */
  jump(now: number): void {
    this.#now = now;
  }

  /** Milliseconds until the next timer fires, or null where none is set. */
  get untilNext(): number | null {
    const next = this.#firstUntil(Number.POSITIVE_INFINITY);
    return next ? next.at - this.#elapsed : null;
  }

  #firstUntil(end: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers)
      if (timer.at <= end && (first === null || timer.at < first.at)) first = timer;
    return first;
  }

  #passUntil(elapsed: number): void {
    this.#now += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}

/** A clock that is moved by hand, at 2030-01-01T00:00:00.000Z or at `now` (milliseconds since the epoch). */
export function simulatedClock(now: number = Date.UTC(2030, 0, 1)): SimulatedClock {
  return new SimulatedClock(now);
}

/** Resolves when nothing more is waiting for anything but time and I/O. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
