import type { Cancel, Parked } from "@plinth/ports";
import { isOutage } from "../outage.ts";
import type { LogEvent } from "../tail.ts";
import type { Ending } from "./attempt.ts";
import { Backlog, type BacklogParts } from "./backlog.ts";
import { type Failure, inWords } from "./failure.ts";
import { behind } from "./rows.ts";
import { Slots } from "./slots.ts";

/** What detours run on. */
export interface DetourParts extends BacklogParts {
  /** Most keys that are worked on at once. */
  readonly keysMax: number;
  /** Keeps hold of what goes on in the background. */
  readonly spawn: (task: Promise<void>) => void;
  /** Called when a key is free again. */
  readonly onFreed: () => void;
}

/** A key whose events go by way of the store, because one of them could not be handled yet. */
interface Detour {
  readonly key: string;
  /** The last of its events that the store has, or that is on its way there. */
  last: number;
  isBusy: boolean;
  /** The round in which its first event was last seen waiting. */
  seenIn: number;
  /** Stops the timer of its next try. */
  cancel: Cancel;
}

/** How often it is looked whether a person has decided something, in milliseconds. */
const LOOK_MS = 250;
/** How many keys are looked at each time: where there are no more than 2000, each of them once a second. */
const LOOK_MAX = 500;
/** Events that are read at a time when a shard is taken over. */
const LOAD_PAGE = 1000;
/** Wait before a key is tried again after the store could not answer, in milliseconds. */
const STORE_RETRY_MS = 1000;

/** How the first event of a key waits; all others are behind it. */
const WAITING = ["retrying", "parked", "replay"] as const;

/**
 * Keys with an event that failed. While a key has any event in the store, all its later ones go there too, and are
 * taken from there in order: one mechanism for what is to be retried, what is parked, and what waits behind them.
 */
export class Detours {
  readonly #parts: DetourParts;
  readonly #backlog: Backlog;
  readonly #detours = new Map<string, Detour>();
  readonly #turns: Slots;
  #round = 1;
  #lookedUpTo = 0;
  #cancelLook: Cancel | null = null;
  #stopped = false;

  constructor(parts: DetourParts) {
    this.#parts = parts;
    this.#backlog = new Backlog(parts);
    this.#turns = new Slots(parts.keysMax);
  }

  /** How many keys are blocked. */
  get size(): number {
    return this.#detours.size;
  }

  /** Finds the keys that were blocked when the shard was taken over, and goes on with them. */
  async load(): Promise<void> {
    const heads: Parked[] = [];
    for (let rows = await this.#loadAfter(0); ; rows = await this.#loadAfter(rows.at(-1)!.position)) {
      for (const row of rows) {
        const known = this.#detours.get(row.key);
        if (!known) heads.push(row);
        (known ?? this.#open(row.key, row.position)).last = row.position;
      }
      if (rows.length < LOAD_PAGE) break;
    }
    for (const head of heads) this.#resume(this.#detours.get(head.key)!, head);
    this.#lookLater();
  }

  /** Whether events of the key go by way of the store. */
  has(key: string): boolean {
    return this.#detours.has(key);
  }

  /**
   * Parks an event behind those of its key. False where it has been here before: it was delivered again after a
   * crash, and is parked, or was handled or discarded since.
   */
  follow(key: string, position: number): boolean {
    const detour = this.#detours.get(key)!;
    if (position <= detour.last) return false;
    detour.last = position;
    const { journal, lease, clock } = this.#parts;
    journal.put(behind(lease, key, position, clock.now()));
    return true;
  }

  /** Blocks a key by an event that has failed, with those that were to come after it. */
  block(key: string, event: LogEvent, failure: Failure, after: readonly LogEvent[]): void {
    const detour = this.#open(key, event.position);
    const restMs = this.#backlog.block(key, event.position, failure);
    for (const { position } of after) this.follow(key, position);
    if (restMs !== null) this.#wakeIn(detour, restMs);
    this.#lookLater();
  }

  /** Takes over a key while its first event is being tried: that one too has to be found again after a crash. */
  adopt(key: string, event: LogEvent, ending: Promise<Ending>, after: readonly LogEvent[]): void {
    const { lease, clock, journal, spawn } = this.#parts;
    const detour = this.#open(key, event.position);
    const row = behind(lease, key, event.position, clock.now());
    detour.isBusy = true;
    journal.put(row);
    for (const { position } of after) this.follow(key, position);
    const settled = ending.then((ended) => this.#backlog.settle(row, ended));
    spawn(
      this.#rest(
        detour,
        settled.then((rest) => (rest === "done" ? 0 : rest)),
      ),
    );
    this.#lookLater();
  }

  /** Begins nothing further, and forgets every timer. */
  stop(): void {
    this.#stopped = true;
    this.#backlog.stop();
    this.#cancelLook?.();
    for (const detour of this.#detours.values()) detour.cancel();
  }

  #loadAfter(position: number): Promise<readonly Parked[]> {
    return this.#backlog.list({ after: position, limit: LOAD_PAGE });
  }

  #open(key: string, last: number): Detour {
    const detour = { key, last, isBusy: false, seenIn: this.#round, cancel: () => {} };
    this.#detours.set(key, detour);
    return detour;
  }

  #resume(detour: Detour, head: Parked): void {
    if (head.status === "retrying") this.#wakeIn(detour, this.#backlog.restMs(head));
    else if (head.status !== "parked") this.#wake(detour, false);
  }

  #wakeIn(detour: Detour, ms: number): void {
    if (this.#stopped) return;
    detour.cancel();
    detour.cancel = this.#parts.clock.after(ms, () => this.#wake(detour, true));
  }

  /** Works on a key, when it is its turn. `isDue`: the time of its first event has come. */
  #wake(detour: Detour, isDue: boolean): void {
    if (detour.isBusy || this.#stopped) return;
    detour.isBusy = true;
    detour.cancel();
    this.#parts.spawn(this.#turns.run(() => this.#work(detour, isDue)));
  }

  async #work(detour: Detour, isDue: boolean): Promise<void> {
    const { last } = detour;
    const rest = this.#backlog.workOff(detour.key, isDue);
    await this.#rest(
      detour,
      rest.then((found) => {
        if (found !== "empty") return found;
        if (detour.last !== last) return 0;
        this.#detours.delete(detour.key);
        this.#parts.onFreed();
        return null;
      }),
    );
  }

  /** Leaves a key for as long as its first event has to wait; null: until a person or a restart comes. */
  async #rest(detour: Detour, until: Promise<number | null>): Promise<void> {
    const restMs = await until.catch((error) => this.#later(error));
    detour.isBusy = false;
    if (restMs !== null) this.#wakeIn(detour, restMs);
  }

  #later(error: unknown): number {
    const { subscription, shard } = this.#parts.lease;
    const message = "Parked events could not be read or tried.";
    if (!isOutage(error)) this.#parts.logger.warn(message, { subscription, shard, error: inWords(error) });
    return STORE_RETRY_MS;
  }

  #lookLater(): void {
    if (this.#stopped || this.#cancelLook || this.#detours.size === 0) return;
    this.#cancelLook = this.#parts.clock.after(LOOK_MS, () => {
      this.#parts.spawn(this.#look());
    });
  }

  /** Looks for what a person has decided, in this process or another: a few keys at a time, round and round. */
  async #look(): Promise<void> {
    try {
      const rows = await this.#backlog.list({ statuses: WAITING, after: this.#lookedUpTo, limit: LOOK_MAX });
      for (const row of rows) this.#lookAt(row);
      this.#lookedUpTo = rows.at(-1)?.position ?? 0;
      if (rows.length < LOOK_MAX) this.#endRound();
    } catch (error) {
      this.#later(error);
    }
    this.#cancelLook = null;
    this.#lookLater();
  }

  #lookAt(row: Parked): void {
    const detour = this.#detours.get(row.key);
    if (!detour) return;
    detour.seenIn = this.#round;
    if (row.status === "replay" || (row.status === "retrying" && row.dueAt <= this.#parts.clock.now()))
      this.#wake(detour, false);
  }

  /** A key without an event that waits has lost it: it was discarded, and those behind it go on. */
  #endRound(): void {
    for (const detour of this.#detours.values()) if (detour.seenIn !== this.#round) this.#wake(detour, false);
    this.#round += 1;
    this.#lookedUpTo = 0;
  }
}
