import { PlinthError } from "@plinth/ports";

/**
 * Every method of the store waits for its turn before it does anything, as it would for a disk: callers can't
 * come to rely on synchrony. Turns come in the order asked, each is one uninterrupted step.
 */
export class Turns {
  #closed = false;

  /** Resolves a microtask later; rejects where the store is closed. */
  async next(): Promise<void> {
    if (this.#closed) throw new PlinthError("unavailable", "The store is closed.");
  }

  /** Lets no further turn begin; those asked for before still come. */
  async close(): Promise<void> {
    this.#closed = true;
  }
}
