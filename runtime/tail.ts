import type { Event } from "@plinth/model";
import type { Cancel, Clock, Commit, Outcome, RecordedEvent, Store } from "@plinth/ports";

/** An event of the log, parsed, with what only the runtime looks at. */
export interface LogEvent extends Event {
  readonly trace: string | null;
}

/** A stretch of the log, parsed. */
export interface TailPage {
  readonly events: readonly LogEvent[];
  /** How far the log was read. */
  readonly position: number;
}

/** Bounds of what is kept of the end of the log. */
export interface TailLimits {
  /** Most events that are kept for subscriptions that are nearly up to date. */
  readonly eventsMax: number;
  /** Most characters of their data. */
  readonly charactersMax: number;
  /** Longest time until the log is looked at without a hint, in milliseconds. */
  readonly pollMs: number;
  /** How long after a hint it is looked at, in milliseconds: commits of this process are taken over meanwhile. 0: at once. */
  readonly hintMs: number;
}

/** Most events of one page. */
const PAGE = 1000;

/**
 * The end of the log, read and parsed once for all subscriptions of the process. Positions are gap-free, so what is
 * kept is an unbroken stretch; who is further behind reads from the store.
 */
export class Tail {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limits: TailLimits;
  readonly #onRead: (event: LogEvent) => void;
  #events: LogEvent[] = [];
  #sizes: number[] = [];
  #characters = 0;
  /** Position of the last event that is kept, or where the tail began. */
  #end = 0;
  #waiting = new Set<() => void>();
  #polling = false;
  #polled: Promise<void> = Promise.resolve();
  #pollAgain = false;
  #unwatch: () => void = () => {};
  #cancelPoll: Cancel = () => {};
  #cancelHint: Cancel | null = null;
  /** How far the log has come, as the store hints. */
  #hinted = 0;
  #isStopped = false;

  /** `onRead` is told of every event that was read, as those of other processes are, in their order. */
  constructor(store: Store, clock: Clock, limits: TailLimits, onRead: (event: LogEvent) => void = () => {}) {
    this.#onRead = onRead;
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** The last position that was seen. */
  get end(): number {
    return this.#end;
  }

  /** Begins to follow the log, at its end. */
  async start(): Promise<void> {
    this.#end = await this.#store.log.head();
    this.#unwatch = this.#store.log.onAppend((position) => this.#hint(position));
    this.#pollRegularly();
  }

  /**
   * Takes over what this process has committed, so that it need not be read again: where nothing came in between.
   * Else the store is asked, as for what other processes commit.
   */
  committed(batch: readonly Commit[], outcomes: readonly Outcome[]): void {
    const before = this.#end;
    for (let index = 0; index < batch.length; index++) {
      const [commit, outcome] = [batch[index]!, outcomes[index]!];
      if (outcome.kind !== "accepted" || commit.events.length === 0) continue;
      if (outcome.position - commit.events.length !== this.#end) {
        this.#poll();
        break;
      }
      this.#keepCommit(commit, outcome);
      this.#end = outcome.position;
    }
    if (this.#end === before) return;
    this.#trim();
    this.#wake();
  }

  /** Stops following, and lets go of everyone who waits. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unwatch();
    this.#cancelPoll();
    this.#cancelHint?.();
    await this.#polled;
    this.#wake();
  }

  /** Events after a position: at most a page of them, perhaps none. */
  async read(after: number): Promise<TailPage> {
    const first = this.#end - this.#events.length;
    if (after >= this.#end) return { events: [], position: after };
    if (after >= first) {
      const events = this.#events.slice(after - first, after - first + PAGE);
      return { events, position: after + events.length };
    }
    const page = await this.#store.log.read({ after, limit: PAGE });
    return { events: page.events.map(parseEvent), position: page.position };
  }

  /** Resolves when there may be an event after the position, when the time is over, or when the signal aborts. */
  wait(after: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#end > after || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = this.#clock.after(ms, done);
      this.#waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  /** A hint may be of commits of this process, which are about to be taken over. */
  #hint(position: number): void {
    const { hintMs } = this.#limits;
    this.#hinted = Math.max(this.#hinted, position);
    if (hintMs === 0) return void this.#poll();
    this.#cancelHint ??= this.#clock.after(hintMs, () => {
      this.#cancelHint = null;
      if (this.#hinted > this.#end) this.#poll();
    });
  }

  #pollRegularly(): void {
    this.#cancelPoll = this.#clock.after(this.#limits.pollMs, () => {
      this.#poll();
      this.#pollRegularly();
    });
  }

  /**
   * Reads what is new; a hint that comes meanwhile makes it look once more. Where the store does not answer, the next
   * poll asks again, and readiness tells.
   */
  #poll(): void {
    this.#pollAgain = true;
    if (!this.#polling) this.#polled = this.#pollUntilQuiet();
  }

  async #pollUntilQuiet(): Promise<void> {
    this.#polling = true;
    while (this.#pollAgain && !this.#isStopped) {
      this.#pollAgain = false;
      const page = await this.#store.log.read({ after: this.#end, limit: PAGE }).catch(() => null);
      if (!page || page.events.length === 0) continue;
      for (const event of page.events) if (event.position > this.#end) this.#onRead(this.#keep(event));
      this.#end = Math.max(this.#end, page.position);
      this.#trim();
      this.#pollAgain = true;
      this.#wake();
    }
    this.#polling = false;
  }

  #keepCommit(
    { stream, events, at, actor, trace }: Commit,
    last: { position: number; version: number },
  ): void {
    let position = last.position - events.length;
    let version = last.version - events.length;
    for (const { type, data } of events)
      this.#keep({ position: ++position, version: ++version, stream, type, data, at, actor, trace });
  }

  #keep(event: RecordedEvent): LogEvent {
    const parsed = parseEvent(event);
    this.#events.push(parsed);
    this.#sizes.push(event.data.length);
    this.#characters += event.data.length;
    return parsed;
  }

  /** Drops the oldest in bulk: a tenth at a time, so that it costs little per event. */
  #trim(): void {
    const { eventsMax, charactersMax } = this.#limits;
    while (this.#events.length > eventsMax || (this.#characters > charactersMax && this.#events.length > 0)) {
      const count = Math.max(1, Math.ceil(this.#events.length / 10));
      this.#events.splice(0, count);
      for (const size of this.#sizes.splice(0, count)) this.#characters -= size;
    }
  }

  #wake(): void {
    for (const resume of [...this.#waiting]) resume();
  }
}

/** A recorded event as the model sees it. */
export function parseEvent(event: RecordedEvent): LogEvent {
  return { ...event, data: JSON.parse(event.data) };
}
