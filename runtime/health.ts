import { type Clock, type Logger, PlinthError, type Readiness, type Store } from "@plinth/ports";
import { sleep } from "./wait.ts";

/** How often the store is asked whether it can read and write, in milliseconds. */
const CHECK_MS = 1000;

/** How long it may take to answer, in milliseconds. */
const ANSWER_MS = 3000;

const SILENT = "It does not answer. Look whether its disk does, and whether other programs keep it busy.";

/** Whether this process should be sent traffic, and why not. */
export class Health {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #missing: () => readonly string[];
  readonly #draining = new AbortController();
  #fault: string | null = null;
  /** What was logged since the store could be used last: each fault once, however often it is found. */
  readonly #told = new Set<string>();

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

  /** Why the store cannot be used, in words; null where it can be, or is only slow to say so. */
  get fault(): string | null {
    return this.#fault === SILENT ? null : this.#fault;
  }

  readiness(): Readiness {
    const reasons: string[] = [];
    if (this.draining.aborted) reasons.push("This process is shutting down.");
    if (this.#fault !== null) reasons.push(`The store cannot be used: ${this.#fault}`);
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

  /** Waits for the answer, but not before it tells that there is none. */
  async #check(): Promise<void> {
    const cancel = this.#clock.after(ANSWER_MS, () => this.#fail(SILENT));
    try {
      await this.#store.check();
      this.#recover();
    } catch (error) {
      this.#fail(inWords(error));
    } finally {
      cancel();
    }
  }

  #fail(fault: string): void {
    this.#fault = fault;
    if (this.draining.aborted || this.#told.has(fault)) return;
    this.#told.add(fault);
    this.#logger.error("The store cannot be used: readiness is off until it can be again.", { error: fault });
  }

  #recover(): void {
    if (this.#fault !== null) this.#logger.info("The store can be used again: readiness is on.");
    this.#fault = null;
    this.#told.clear();
  }
}

function inWords(error: unknown): string {
  if (error instanceof PlinthError && error.code === "unavailable") return error.message;
  return `Its check fails: ${error instanceof Error ? error.message : String(error)}`;
}
