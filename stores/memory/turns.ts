import { type CopyOrigin, PlinthError, unfinishedCopy } from "@plinth/ports";

/**
 * Every method of the store waits for its turn before it does anything, as it would for a disk: callers can't
 * come to rely on synchrony. Turns come in the order asked, each is one uninterrupted step.
 */
export class Turns {
  #closed = false;
  /** Of the copy that the store is to become: until then nobody else gets a turn. */
  origin: CopyOrigin | null = null;

  /** Resolves a few microtasks later; rejects where the store is closed, or holds an unfinished copy by then. */
  async next(): Promise<void> {
    await this.nextOfCopy();
    if (this.origin) throw unfinishedCopy(this.origin);
  }

  /** The same for who copies. */
  async nextOfCopy(): Promise<void> {
    if (this.#closed) throw new PlinthError("unavailable", "The store is closed.");
  }

  /** Lets no further turn begin; those asked for before still come. */
  async close(): Promise<void> {
    this.#closed = true;
  }
}
