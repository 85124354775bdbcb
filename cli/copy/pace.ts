import type { Clock } from "@plinth/ports";
import type { Terminal } from "../terminal.ts";

/** How long it takes until the speed says something, in seconds. */
const TELLING_S = 1;

/** Tells how far a task of so many records is, how fast it goes, and when it will be done. */
export class Pace {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #total: number;
  readonly #began: number;
  /** Done before this began. */
  readonly #before: number;
  #done: number;

  constructor(terminal: Terminal, clock: Clock, total: number, before = 0) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#total = total;
    this.#began = clock.elapsed();
    this.#before = before;
    this.#done = before;
  }

  /** Records that were done since it began. */
  get done(): number {
    return this.#done - this.#before;
  }

  /** In seconds. */
  get seconds(): number {
    return (this.#clock.elapsed() - this.#began) / 1000;
  }

  /** `what`: `Copying events`. */
  report(what: string, records: number): void {
    this.#done += records;
    this.#terminal.progress(what + this.#speed(), Math.min(1, this.#done / Math.max(this.#total, 1)));
  }

  /** What the first moments show would mislead. */
  #speed(): string {
    if (this.seconds < TELLING_S) return "";
    const perSecond = this.done / this.seconds;
    const left = Math.max(0, this.#total - this.#done) / Math.max(perSecond, 1);
    return ` (${grouped(perSecond)} records/s, ${lasting(left)} left)`;
  }
}

/** A whole number as people read it. */
export function grouped(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}

/** So many seconds: `8 s`, `3 min`. */
export function lasting(seconds: number): string {
  return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
