import { HASHES } from "./hash.ts";

/** Hashes are gathered by their upper twelve bits. */
export const BUCKETS = 4096;

/** Hashes in memory, each with the number of what it belongs to. A bucket holds some dozens of them. */
export class Gathered {
  /** Hash and number in turn; a bucket that is empty is not there. */
  #buckets: (number[] | undefined)[] = [];

  add(hash: number, n: number): void {
    const at = bucketOf(hash);
    const bucket = this.#buckets[at];
    if (bucket) bucket.push(hash, n);
    else this.#buckets[at] = [hash, n];
  }

  /** The numbers that belong to a hash. */
  find(hash: number): number[] {
    const bucket = this.#buckets[bucketOf(hash)] ?? [];
    const found: number[] = [];
    for (let at = 0; at < bucket.length; at += 2) if (bucket[at] === hash) found.push(bucket[at + 1]!);
    return found;
  }

  /** Takes out of some buckets what has a number up to this one, by ascending hash. */
  take(from: number, to: number, nMax: number): readonly (readonly [hash: number, n: number])[] {
    const taken: [hash: number, n: number][] = [];
    for (let at = from; at < to; at++) {
      const bucket = this.#buckets[at] ?? [];
      const pairs = Array.from({ length: bucket.length / 2 }, (_, pair): [number, number] => [
        bucket[2 * pair]!,
        bucket[2 * pair + 1]!,
      ]);
      taken.push(...pairs.filter(([, n]) => n <= nMax).sort(([one], [other]) => one - other));
      const left = pairs.filter(([, n]) => n > nMax).flat();
      this.#buckets[at] = left.length > 0 ? left : undefined;
    }
    return taken;
  }

  clear(): void {
    this.#buckets = [];
  }
}

/** The smallest hash of a bucket. */
export function firstHash(bucket: number): number {
  return bucket * (HASHES / BUCKETS);
}

function bucketOf(hash: number): number {
  return Math.floor(hash / (HASHES / BUCKETS));
}
