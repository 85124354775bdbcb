/** How long event streams may work in one turn of the loop, all together, in milliseconds. */
const WORK_MS = 3;

/**
 * Lets event streams that have much to catch up with work a while in each turn of the loop, so that requests come in
 * between: what they send is found without waiting, and without a pause they would go on to its end.
 */
export class Turns {
  readonly #elapsed: () => number;
  #endsAt = 0;
  #waiting: (() => void)[] = [];

  /** `elapsed` is a clock's. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** What to wait for before going on; null where there is time left in this turn. */
  next(): Promise<void> | null {
    if (this.#elapsed() < this.#endsAt) return null;
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(() => this.#begin());
    });
  }

  #begin(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#endsAt = this.#elapsed() + WORK_MS;
    for (const resolve of waiting) resolve();
  }
}
