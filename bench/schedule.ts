/**
 * When requests are due, evenly spaced and whatever becomes of those before: an open loop. A latency counts from when
 * its request was due, so that a stall is felt by everything that it holds up (no coordinated omission).
 */
export class Schedule {
  readonly #beganMs: number;
  readonly #perMs: number;
  readonly #count: number;
  #taken = 0;

  /** From `beganMs` on, `perSecond` of them for `seconds`. */
  constructor(beganMs: number, perSecond: number, seconds: number) {
    this.#beganMs = beganMs;
    this.#perMs = perSecond / 1000;
    this.#count = Math.floor(perSecond * seconds);
  }

  /** When the next one that is due by now was due; null where none is. Each is handed out once. */
  take(nowMs: number): number | null {
    const dueMs = this.#beganMs + this.#taken / this.#perMs;
    if (this.isOver || dueMs > nowMs) return null;
    this.#taken += 1;
    return dueMs;
  }

  /** Whether all were handed out. */
  get isOver(): boolean {
    return this.#taken >= this.#count;
  }
}
