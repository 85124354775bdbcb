import type { Reactor } from "@plinth/model";
import type { Clock, Lease, Log, Logger, Parked, ParkQuery, Parks, Random } from "@plinth/ports";
import { type LogEvent, parseEvent } from "../tail.ts";
import type { Ending } from "./attempt.ts";
import { type Failure, inWords } from "./failure.ts";
import type { Handlers } from "./handlers.ts";
import type { Journal } from "./journal.ts";
import { behind, failed } from "./rows.ts";
import type { Tally } from "./tally.ts";

/** What works on the events in the store. */
export interface BacklogParts {
  readonly reactor: Reactor;
  readonly lease: Lease;
  readonly parks: Parks;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly journal: Journal;
  readonly handlers: Handlers;
  readonly tally: Tally;
}

/** How a key is left: nothing waits any more, or for so many milliseconds; null: for a person, or for good. */
export type Rest = "empty" | number | null;

/** Events of one key that are read at a time. */
const PAGE = 32;

/** The events of one shard that are in the store, because they failed or are behind one that did. */
export class Backlog {
  readonly #parts: BacklogParts;
  #stopped = false;

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  /** Takes up no further event. */
  stop(): void {
    this.#stopped = true;
  }

  /** Parked events of this shard, by position. */
  list(
    query: Pick<ParkQuery, "key" | "statuses" | "limit"> & { after?: number },
  ): Promise<readonly Parked[]> {
    const { parks, lease } = this.#parts;
    const { subscription, shard } = lease;
    const { after: position = 0, ...which } = query;
    return parks.list({ ...which, subscription, shard, after: { subscription, position } });
  }

  /**
   * Tries the events of a key in order, until none is left or one has to wait. `isDue`: the time of the first has
   * come, whatever the time of day says. @throws what the store throws.
   */
  async workOff(key: string, isDue: boolean): Promise<Rest> {
    for (let isFirst = isDue; !this.#stopped; isFirst = false) {
      await this.#parts.journal.flush();
      if (this.#stopped) break;
      const rows = await this.list({ key, limit: PAGE });
      if (rows.length === 0) return "empty";
      for (const [index, row] of rows.entries()) {
        const rest = await this.#step(row, isFirst && index === 0);
        if (rest !== "done") return rest;
      }
    }
    return null;
  }

  /** Parks an event whose first attempt has failed. Gives how long it waits. */
  block(key: string, position: number, failure: Failure): number | null {
    const { reactor, lease, clock, random, journal } = this.#parts;
    const now = clock.now();
    const row = failed(behind(lease, key, position, now), failure, reactor, now, random);
    journal.put(row);
    return this.#tell(row);
  }

  /** Writes down that an attempt at a parked event has failed: to be made again, or for good. */
  #park(before: Parked, failure: Failure): number | null {
    const { reactor, clock, random, journal } = this.#parts;
    const row = failed(before, failure, reactor, clock.now(), random);
    journal.change(before, row);
    return this.#tell(row);
  }

  /** Gives how long an event waits that an attempt has failed at; null: for a person. */
  #tell(row: Parked): number | null {
    const { tally, logger } = this.#parts;
    if (row.status === "retrying") {
      tally.retried += 1;
      return this.restMs(row);
    }
    tally.parked += 1;
    const { subscription, position, attempts } = row;
    logger.warn("An event was parked, and what comes after it waits.", { subscription, position, attempts });
    return null;
  }

  /** Writes down how an attempt at a parked event has ended: `done`, or how the key is left. */
  async settle(row: Parked, ending: Ending): Promise<"done" | number | null> {
    if (ending === "cut") return null;
    if (ending !== "handled") return this.#fail(row, ending);
    this.#parts.tally.handled += 1;
    this.#parts.journal.remove(row.position);
    return "done";
  }

  /** How long an event still waits. However the time of day jumps, never longer than the reactor's longest wait. */
  restMs({ dueAt }: Parked): number {
    const { clock, reactor } = this.#parts;
    return Math.max(0, Math.min(dueAt - clock.now(), reactor.retries.maxMs));
  }

  /** Tries one event, where it is its time: `done`, or how the key is left. */
  async #step(row: Parked, isDue: boolean): Promise<"done" | number | null> {
    if (this.#stopped || row.status === "parked") return null;
    const restMs = row.status === "retrying" && !isDue ? this.restMs(row) : 0;
    if (restMs > 0) return restMs;
    const event = await this.#read(row);
    if ("error" in event) return this.#park(row, event);
    return this.settle(row, await this.#parts.handlers.run(event, row.attempts + 1));
  }

  /** A person may have decided otherwise while the handler ran: what was discarded must not come back. */
  async #fail(row: Parked, failure: Failure): Promise<"done" | number | null> {
    const [now] = await this.list({ key: row.key, after: row.position - 1, limit: 1 });
    if (now?.position !== row.position) return "done";
    const isWantedAgain = now.status === "replay" && (row.status !== "replay" || now.dueAt !== row.dueAt);
    return isWantedAgain ? 0 : this.#park(now, failure);
  }

  /** The event of a row, with what a person put in place of its data. */
  async #read({ position, data }: Parked): Promise<LogEvent | Failure> {
    const { events } = await this.#parts.log.read({ after: position - 1, limit: 1 });
    const recorded = events[0];
    if (recorded?.position !== position) return { error: "The log has no such event.", isFinal: true };
    try {
      return parseEvent({ ...recorded, data: data ?? recorded.data });
    } catch (error) {
      return { error: inWords(error), isFinal: true };
    }
  }
}
