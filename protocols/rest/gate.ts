import { PlinthError } from "@plinth/ports";

/** What is answered where there is no place. One for all of them: to shed must cost next to nothing. */
export const SHED = new PlinthError("unavailable", "There are too many requests at work.", {
  retryAfterMs: 1000,
});

/** Requests that take long even where nothing else is at work are late beyond so many times that. */
const LATE_TIMES = 2;
/** Of so many answers one may be late. */
const ANSWERS_A_LATE = 10;
/** How often the places are set anew, in milliseconds, and from how many answers at least. */
const INTERVAL_MS = 100;
const ANSWERS_MIN = 10;
/** How many intervals in turn must be late before there are fewer places than at first, since one is a hiccup. */
const INTERVALS_LATE = 4;
/** And before there are so few that even a handful of clients is turned away. */
const INTERVALS_VERY_LATE = 10;
const PLACES_FEW = 32;
const PLACES_MIN = 8;
const PLACES_MAX = 4096;
/** Places to begin with: where it is known how fast the route is, so many as are answered within this time. */
const PLACES_FIRST = 256;
const FIRST_MS = 100;
/** How many at once tell how fast it is. */
const TELLING = 8;
/** Of how many at work each is all but alone. */
const ALONE = 2;

/**
 * How many requests of one route may be at work at once: as many as are answered in time.
 *
 * A count alone bounds the wait on no machine, since it says nothing of how fast it is (Nichols and Jacobson, Controlling
 * Queue Delay, 2012). So the places follow the time that answers take: where too many are late, again and again, there are
 * fewer, by a share; where all are in time and the places are used, there are more. The time that the route takes anyway
 * is learnt where little is at work, so that a slow disk or a distant database is not taken for a queue.
 */
export class Gate {
  readonly #lateMs: number;
  atWork = 0;
  places = PLACES_FIRST;
  /** What there are where nobody is late. */
  #first = PLACES_FIRST;
  #leastMs = 0;
  #lateInTurn = 0;
  /** Of this interval. */
  #began = 0;
  #answers = 0;
  #late = 0;
  #most = 0;
  #wasIdle = true;
  #fastestMs = Number.POSITIVE_INFINITY;
  #aloneMs = Number.POSITIVE_INFINITY;

  /** Answers that take longer than `lateMs` are late, unless the route takes as long anyway. */
  constructor(lateMs: number) {
    this.#lateMs = lateMs;
  }

  /** Takes a place. False where there is none. */
  enter(): boolean {
    if (this.atWork >= this.places) return false;
    this.atWork += 1;
    if (this.atWork > this.#most) this.#most = this.atWork;
    return true;
  }

  /** Gives a place back unmeasured: what took it is no request like the others. */
  leave(): void {
    this.atWork -= 1;
  }

  /** Gives a place back at a time, after so long. */
  answered(now: number, ms: number): void {
    this.atWork -= 1;
    if (this.atWork === 0) this.#wasIdle = true;
    this.#answers += 1;
    if (ms > this.#lateMs && ms > LATE_TIMES * this.#leastMs) this.#late += 1;
    if (ms < this.#fastestMs) this.#fastestMs = ms;
    if (this.atWork < ALONE && ms < this.#aloneMs) this.#aloneMs = ms;
    if (now - this.#began >= INTERVAL_MS && this.#answers >= ANSWERS_MIN) this.#adjust(now);
  }

  #adjust(now: number): void {
    const used = Math.min(this.#most, this.places);
    const isCrowded = 2 * used >= this.places;
    this.#lateInTurn = this.#late * ANSWERS_A_LATE > this.#answers ? this.#lateInTurn + 1 : 0;
    if (!this.#wasIdle && used >= TELLING) this.#learn((now - this.#began) / this.#answers);
    if (this.#lateInTurn > 0) this.#narrow(used);
    else if (isCrowded) this.places = Math.min(PLACES_MAX, 1 + Math.floor(this.places * 1.125));
    else this.places = Math.max(this.#first, Math.floor(this.places * 0.9));
    this.#learnLeast();
    this.#began = now;
    this.#answers = 0;
    this.#late = 0;
    this.#most = this.atWork;
    this.#wasIdle = this.atWork === 0;
    this.#fastestMs = Number.POSITIVE_INFINITY;
    this.#aloneMs = Number.POSITIVE_INFINITY;
  }

  /**
   * Learns what the route takes anyway from requests that were all but alone: in a crowd even the fastest wait. Where there
   * are never so few, those that are late with the fewest places tell it in time: it can't be for the crowd.
   */
  #learnLeast(): void {
    if (this.#aloneMs < this.#leastMs) this.#leastMs = this.#aloneMs;
    else if (this.#aloneMs < Number.POSITIVE_INFINITY) this.#leastMs += (this.#aloneMs - this.#leastMs) / 10;
    else if (this.places <= PLACES_MIN && this.#lateInTurn > 0)
      this.#leastMs += Math.max(0, this.#fastestMs - this.#leastMs) / 100;
  }

  /** How many places there are at first, for a route that answers one request in so many milliseconds. */
  #learn(ms: number): void {
    this.#first = Math.min(PLACES_FIRST, Math.max(PLACES_FEW, Math.floor(FIRST_MS / ms)));
  }

  #narrow(used: number): void {
    const few = this.places <= PLACES_FEW;
    if (few && this.places === PLACES_FEW && this.#lateInTurn < INTERVALS_VERY_LATE) return;
    if (!few && this.places >= this.#first && this.#lateInTurn < INTERVALS_LATE) return;
    const least = few ? PLACES_MIN : PLACES_FEW;
    this.places = Math.min(this.places, Math.max(least, Math.floor(used * 0.7)));
  }
}
