import type { Reactor } from "@plinth/model";
import type { Cancel, Checkpoint, Clock, Lease, Log, Logger, Parks, Random } from "@plinth/ports";
import type { Progress } from "../progress.ts";
import type { Tenure } from "../subscription.ts";
import type { LogEvent, TailPage } from "../tail.ts";
import type { Ending, HandlerParts } from "./attempt.ts";
import { Detours } from "./detours.ts";
import type { Failure } from "./failure.ts";
import { Handlers } from "./handlers.ts";
import { Journal } from "./journal.ts";
import { Lanes } from "./lanes.ts";
import { placeOf } from "./place.ts";
import type { Tally } from "./tally.ts";
import { Window } from "./window.ts";

/** What a tenure runs on. */
export interface TenureParts extends HandlerParts {
  readonly log: Log;
  readonly parks: Parks;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Bounds of a reactor in one process, for each shard. */
export interface ReactorLimits {
  /** Most events that are taken from the log and not finished. */
  readonly unfinishedMax: number;
  /** Most handlers that run at once. */
  readonly handlersMax: number;
  /** Most keys that are blocked; beyond it nothing more is taken from the log: it is not the events that are at fault. */
  readonly blockedMax: number;
  /** How long handlers may go on when the process drains, in milliseconds. */
  readonly patienceMs: number;
}

/** While there is no room in memory, a key with events that wait in it is given up this often, in milliseconds. */
const RELIEF_MS = 250;

/** The time in which this process runs one shard of a reactor. */
export class ReactorTenure implements Tenure {
  readonly #reactor: Reactor;
  readonly #parts: TenureParts;
  readonly #limits: ReactorLimits;
  readonly #tally: Tally;
  readonly #lease: Lease;
  readonly #window: Window;
  readonly #journal: Journal;
  readonly #handlers: Handlers;
  readonly #lanes: Lanes;
  readonly #detours: Detours;
  readonly #tasks = new Set<Promise<void>>();
  #closed = false;
  #makeRoom = () => {};
  #cancelRelief: Cancel | null = null;

  constructor(
    reactor: Reactor,
    parts: TenureParts,
    limits: ReactorLimits,
    tally: Tally,
    checkpoint: Checkpoint,
  ) {
    const { lease, position } = checkpoint;
    this.#reactor = reactor;
    this.#parts = parts;
    this.#limits = limits;
    this.#tally = tally;
    this.#lease = lease;
    this.#window = new Window(position);
    this.#journal = new Journal(parts, this.#window, checkpoint, () => this.#makeRoom());
    this.#handlers = new Handlers(reactor, parts, limits.handlersMax);
    this.#lanes = new Lanes(this.#handlers, this, (task) => this.#spawn(task));
    this.#detours = new Detours({
      ...parts,
      reactor,
      lease,
      tally,
      journal: this.#journal,
      handlers: this.#handlers,
      keysMax: Math.max(1, Math.floor(limits.handlersMax / 2)),
      spawn: (task) => this.#spawn(task),
      onFreed: () => this.#makeRoom(),
    });
    this.#journal.lost.addEventListener("abort", () => this.#lose());
  }

  /** Goes on with what was parked. `over` aborts when nothing more is to be taken up. */
  async begin(over: AbortSignal): Promise<void> {
    await this.#detours.load();
    if (over.aborted) this.#close();
    over.addEventListener("abort", () => this.#close(), { once: true });
  }

  async handle(page: TailPage): Promise<boolean> {
    for (const event of page.events) {
      if (this.#isFull) await this.#room();
      if (this.#closed) return !this.#journal.lost.aborted;
      this.#take(event);
    }
    this.#window.see(page.position);
    this.#journal.moved();
    return !this.#journal.lost.aborted;
  }

  async settled(): Promise<boolean> {
    return !this.#journal.lost.aborted;
  }

  async end(): Promise<void> {
    this.#close();
    this.#journal.close();
    this.#journal.confirm();
    const cancel = this.#parts.clock.after(this.#limits.patienceMs, () => this.#handlers.cut());
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    cancel();
    await this.#journal.end();
  }

  handled(event: LogEvent): void {
    this.#tally.handled += 1;
    this.#window.finish(event.position);
    this.#journal.moved();
    this.#makeRoom();
  }

  failed(key: string, event: LogEvent, failure: Failure, after: readonly LogEvent[]): void {
    this.#detours.block(key, event, failure, after);
  }

  givenUp(key: string, event: LogEvent, ending: Promise<Ending>, after: readonly LogEvent[]): void {
    this.#detours.adopt(key, event, ending, after);
  }

  #take(event: LogEvent): void {
    const { position } = event;
    this.#window.see(position);
    if (!Object.hasOwn(this.#reactor.on, event.type)) return;
    const { shard, key } = placeOf(this.#reactor, event);
    if (shard !== this.#lease.shard) return;
    if (!this.#detours.has(key)) {
      this.#window.begin(position);
      this.#lanes.add(key, event);
    } else if (this.#detours.follow(key, position)) this.#window.begin(position);
  }

  async #room(): Promise<void> {
    const { subscription, shard } = this.#lease;
    const blocked = this.#detours.size;
    if (blocked >= this.#limits.blockedMax)
      this.#parts.logger.error(
        "A reactor has too many blocked keys and takes nothing new until some are freed.",
        {
          subscription,
          shard,
          blocked,
        },
      );
    this.#relieveLater();
    while (this.#isFull && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#makeRoom = resolve;
      });
  }

  #relieveLater(): void {
    this.#cancelRelief ??= this.#parts.clock.after(RELIEF_MS, () => {
      this.#cancelRelief = null;
      if (this.#window.size < this.#limits.unfinishedMax) return;
      this.#lanes.giveUpSlow();
      this.#relieveLater();
    });
  }

  get #isFull(): boolean {
    const { unfinishedMax, blockedMax } = this.#limits;
    return this.#window.size >= unfinishedMax || this.#detours.size >= blockedMax;
  }

  /** Takes up nothing more. */
  #close(): void {
    this.#closed = true;
    this.#handlers.close();
    this.#detours.stop();
    this.#cancelRelief?.();
    this.#makeRoom();
  }

  /** The shard is another's: what runs here must not go on. */
  #lose(): void {
    this.#close();
    this.#handlers.cut();
  }

  #spawn(task: Promise<void>): void {
    const tracked = task.finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }
}
