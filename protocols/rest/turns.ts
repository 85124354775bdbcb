/**
 * Shares each turn of the loop between what is to be worked on and what arrives: work that goes on without waiting for
 * anything would keep the loop from its connections, of which Node accepts one a turn.
 */
export class Turns {
  readonly #elapsed: () => number;
  readonly #workMs: () => number;
  #hasBegun = false;
  #endsAt = 0;

  /** `elapsed` is a clock's; `workMs` is how long may be worked in the turn that begins, all together. */
  constructor(elapsed: () => number, workMs: () => number) {
    this.#elapsed = elapsed;
    this.#workMs = workMs;
  }

  /** What to wait for before working; null where there is time left in this turn. Who waits longest comes first. */
  next(): Promise<void> | null {
    return this.#hasTime() ? null : this.#wait();
  }

  #hasTime(): boolean {
    if (this.#hasBegun) return this.#elapsed() < this.#endsAt;
    this.#hasBegun = true;
    this.#endsAt = this.#elapsed() + this.#workMs();
    setImmediate(() => {
      this.#hasBegun = false;
    });
    return true;
  }

  /** Each waits by itself, so that one has worked before the next looks whether there is time. */
  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#hasTime()) resolve();
        else setImmediate(look);
      };
      setImmediate(look);
    });
  }
}
