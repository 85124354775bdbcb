import type { Clock } from "@plinth/ports";

/** How long who is turned away waits to hear of it, in milliseconds. */
const WAIT_MS = 50;
/** Most that are answered in one turn of the loop. */
const TURN_MAX = 64;

/**
 * Requests that are turned away, answered a moment later. A client that sends its next request at once, whatever
 * `Retry-After` says, would else be turned away again and again, and take the time of those who have a place: a crowd that
 * has once begun would keep itself going.
 */
export class Shed {
  readonly #clock: Clock;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back when it is time to answer. */
  later(answer: () => void): void {
    if (this.#waiting.push(answer) === 1) this.#clock.after(WAIT_MS, () => this.#answer());
  }

  #answer(): void {
    const due = this.#waiting;
    this.#waiting = [];
    answerInTurns(due);
  }
}

function answerInTurns(due: readonly (() => void)[]): void {
  for (const answer of due.slice(0, TURN_MAX)) answer();
  if (due.length > TURN_MAX) setImmediate(() => answerInTurns(due.slice(TURN_MAX)));
}
