import type { Backup, Revision, Store, StoreOptions } from "@plinth/ports";
import { MemoryGenerations } from "./generations.ts";
import { MemoryLog } from "./log.ts";
import { MemoryParks } from "./parks.ts";
import { MemoryRows } from "./rows.ts";
import { MemoryStates } from "./states.ts";
import { MemorySubscriptions } from "./subscriptions.ts";
import { MemoryTransfer } from "./transfer.ts";
import { Turns } from "./turns.ts";

/**
 * A store that keeps everything in memory and loses it with the process: for tests and for trying things
 * out. It is the reference of `ports/store.ts`, written to be read; speed comes second.
 */
export function memoryStore(options: StoreOptions): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly log: MemoryLog;
  readonly states: MemoryStates;
  readonly rows: MemoryRows;
  readonly generations: MemoryGenerations;
  readonly subscriptions: MemorySubscriptions;
  readonly parks: MemoryParks;
  readonly transfer: MemoryTransfer;
  readonly backup: Backup | null = null;
  readonly revision: Revision | null = null;
  readonly #turns = new Turns();

  constructor({ clock, firstPosition = 1 }: StoreOptions) {
    this.states = new MemoryStates(this.#turns);
    this.log = new MemoryLog(this.#turns, this.states, firstPosition);
    this.subscriptions = new MemorySubscriptions(this.#turns, clock);
    this.rows = new MemoryRows(this.#turns, this.subscriptions);
    this.generations = new MemoryGenerations(this.#turns);
    this.parks = new MemoryParks(this.#turns, this.subscriptions, clock);
    this.transfer = new MemoryTransfer(this.#turns, this);
  }

  async check(): Promise<void> {
    await this.#turns.next();
  }

  async close(): Promise<void> {
    await this.#turns.close();
  }
}
