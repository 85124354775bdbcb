import { hash } from "node:crypto";
import { SECTIONS, type Section, type Store, type Transfer } from "@plinth/ports";

/** Records that are read or written at a time, at most. */
export const PAGE_LIMIT = 5000;

/** Numbers of 32 bits that a SHA-256 is made of. */
const LANES = 8;

/**
 * A number for records that come in any order: the sum of their hashes, lane by lane modulo 2^32 (Bellare and Micciancio,
 * "A New Paradigm for Collision-Free Hashing", 1997). It tells apart what chance has made different, which is all it is for.
 */
export class Digest {
  count = 0;
  readonly #sum = new Uint32Array(LANES);

  add(record: readonly unknown[]): void {
    const bytes = hash("sha256", JSON.stringify(record), "buffer");
    for (let lane = 0; lane < LANES; lane++) this.#sum[lane]! += bytes.readUInt32BE(4 * lane);
    this.count += 1;
  }

  /** In hexadecimal digits. */
  toString(): string {
    return [...this.#sum].map((lane) => lane.toString(16).padStart(8, "0")).join("");
  }
}

/** Reads a section from its beginning to its end. Reports how many records each page has. */
export async function digestSection(
  transfer: Transfer,
  section: Section,
  onPage: (records: number) => void = () => {},
): Promise<Digest> {
  const digest = new Digest();
  for (let page = await transfer.read(section, null, PAGE_LIMIT); page.records.length > 0; ) {
    const next = transfer.read(section, page.place, PAGE_LIMIT);
    // Its rejection is seen below, after this page.
    next.catch(() => {});
    for (const record of page.records) digest.add(record);
    onPage(page.records.length);
    page = await next;
  }
  return digest;
}

/** Sections of few records, one of which changes whenever anything does. */
const SMALL: readonly Section[] = ["numbers", "generations", "subscriptions", "parks"];

/**
 * Another text after the store was written to, without reading all of it; the same of a store and of its copy. Every view, reactor and command leaves a trace in
 * what is looked at; what left none would be found by the verification, which reads everything.
 */
export async function markOf({ transfer, log }: Store): Promise<string> {
  const counts = await transfer.counts();
  const small = [];
  for (const section of SMALL) small.push(`${await digestSection(transfer, section)}`);
  const head = await log.head();
  const { records: first } = await transfer.read("events", null, 1);
  const { events } = await log.read({ after: head - 1, limit: 1 });
  const last = events.map(({ version, data, at }) => [version, data, at]);
  const seen = [SECTIONS.map((section) => counts[section]), small, head, first, last];
  return hash("sha256", JSON.stringify(seen), "hex");
}
