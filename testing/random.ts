import type { Clock, Ids, Random } from "@plinth/ports";

/** Chance that comes out the same for the same seed. Never for secrets. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Mulberry32 (Tommy Ettinger, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A whole number from 0 to `end` (excluded). */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True once in `times`, on average. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Any one of them. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}

/** Chance that comes out the same for the same seed. */
export function seededRandom(seed: number): SeededRandom {
  return new SeededRandom(seed);
}

/** Bits of a UUID that the version and the variant fix (RFC 9562, sections 4.1 and 5.7). */
const VERSION = 0x7000;
const VARIANT = 0x80;

/** Ids that come out the same for the same clock and seed: the time, a counter of 12 bits, then chance. */
class SimulatedIds implements Ids {
  readonly #clock: Clock;
  readonly #random: Random;
  #ms = 0;
  #count = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  next(): string {
    const ms = Math.max(this.#ms, this.#clock.now());
    this.#count = ms === this.#ms ? this.#count + 1 : 0;
    this.#ms = this.#count < 0x1000 ? ms : ms + 1;
    this.#count %= 0x1000;
    const chance = this.#random.bytes(8);
    chance[0] = VARIANT | (chance[0]! & 0x3f);
    const digits = hex(this.#ms, 12) + hex(VERSION | this.#count, 4) + Buffer.from(chance).toString("hex");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
}

/** UUIDs version 7 that come out the same for the same clock and seed, ascending even where the clock jumps back. */
export function simulatedIds(clock: Clock, random: Random): Ids {
  return new SimulatedIds(clock, random);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
