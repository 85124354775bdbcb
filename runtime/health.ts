import type { Clock, Logger, Readiness, Store } from "@plinth/ports";
import { sleep } from "./wait.ts";

/** How often the store is asked whether it can read and write, in milliseconds. */
const CHECK_MS = 1000;

/** Whether this process should be sent traffic, and why not. */
export class Health {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #missing: () => readonly string[];
  readonly #draining = new AbortController();
  #fault: string | null = null;

  /** `missing` names the views that cannot be read yet. */
  constructor(store: Store, clock: Clock, logger: Logger, missing: () => readonly string[]) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    this.#missing = missing;
  }

  /** Aborts when this process begins to shut down. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  drain(): void {
    this.#draining.abort();
  }

  readiness(): Readiness {
    const reasons: string[] = [];
    if (this.draining.aborted) reasons.push("This process is shutting down.");
    if (this.#fault !== null) reasons.push(`The store does not answer: ${this.#fault}`);
    for (const view of this.#missing()) reasons.push(`The view "${view}" is not built yet.`);
    return { ready: reasons.length === 0, reasons };
  }

  /** Looks after the store until the process shuts down. */
  async watch(): Promise<void> {
    while (!this.draining.aborted) {
      await this.#check();
      await sleep(this.#clock, CHECK_MS, this.draining);
    }
  }

  async #check(): Promise<void> {
    const before = this.#fault;
    this.#fault = await this.#store.check().then(
      () => null,
      (error: Error) => error.message,
    );
    if (this.#fault !== null && before === null)
      this.#logger.error("The store does not answer: readiness is off.", { error: this.#fault });
    if (this.#fault === null && before !== null)
      this.#logger.info("The store answers again: readiness is on.");
  }
}
