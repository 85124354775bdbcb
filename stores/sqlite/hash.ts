import { hash } from "node:crypto";

/** How many values a hash has: 48 bits fit a number of JavaScript, and ids that share one are kept apart by their text. */
export const HASHES = 2 ** 48;

/**
 * The first 48 bits of SHA-256. Two ids of one hash are found within seconds by who wants to, five within months; each
 * costs one more row to look at.
 */
export function hashOf(id: string): number {
  return Number.parseInt(hash("sha256", id, "hex").slice(0, 12), 16);
}
