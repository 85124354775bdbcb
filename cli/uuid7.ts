import type { Clock, Ids, Random } from "@plinth/ports";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Random bytes are fetched for this many ids at a time. */
const POOL_IDS = 256;
/** The random bytes of one id: 62 bits of `rand_b`, and where the counter of a millisecond starts. */
const ID_BYTES = 10;
/** The counter in `rand_a` has 12 bits and starts in the lower half, so that it can grow (RFC 9562, section 6.2, method 1). */
const COUNTER_END = 0x1000;
const COUNTER_START_MASK = 0x7ff;

/** UUIDs version 7: milliseconds, a counter within the millisecond, chance. */
class Uuid7Ids implements Ids {
  readonly #clock: Clock;
  readonly #random: Random;
  #pool = new Uint8Array(0);
  #used = 0;
  #ms = -1;
  #counter = 0;
  /** The first 48 bits as text; the same for all ids of a millisecond. */
  #prefix = "";

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  next(): string {
    const at = this.#take();
    this.#count(at);
    const pool = this.#pool;
    const counter = HEX[0x70 | (this.#counter >> 8)]! + HEX[this.#counter & 0xff]!;
    const chance = HEX[0x80 | (pool[at]! & 0x3f)]! + HEX[pool[at + 1]!]!;
    const node =
      HEX[pool[at + 2]!]! +
      HEX[pool[at + 3]!]! +
      HEX[pool[at + 4]!]! +
      HEX[pool[at + 5]!]! +
      HEX[pool[at + 6]!]! +
      HEX[pool[at + 7]!]!;
    return `${this.#prefix}-${counter}-${chance}-${node}`;
  }

  /** Where the bytes of the next id lie in the pool. */
  #take(): number {
    if (this.#used === this.#pool.length) {
      this.#pool = this.#random.bytes(POOL_IDS * ID_BYTES) as Uint8Array<ArrayBuffer>;
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += ID_BYTES;
    return at;
  }

  /** Ids of a clock that stands still or jumps back count on from the last one. */
  #count(at: number): void {
    const now = this.#clock.now();
    if (now > this.#ms) this.#begin(now, at);
    else if (this.#counter + 1 < COUNTER_END) this.#counter += 1;
    else this.#begin(this.#ms + 1, at);
  }

  #begin(ms: number, at: number): void {
    this.#ms = ms;
    this.#counter = ((this.#pool[at + 8]! << 8) | this.#pool[at + 9]!) & COUNTER_START_MASK;
    const digits = ms.toString(16).padStart(12, "0");
    this.#prefix = `${digits.slice(0, 8)}-${digits.slice(8)}`;
  }
}

/** Time-ordered ids (UUID version 7, RFC 9562), ascending also within a millisecond and where the clock jumps back. */
export function uuid7Ids(clock: Clock, random: Random): Ids {
  return new Uuid7Ids(clock, random);
}
