/**
 * What first answers are found by: a hash of the command id. Ids are random, so each new one would change a page of
 * its own in an index of millions: 4 KiB to log and later to write back, for 15 bytes. So new hashes are gathered in
 * memory, and merged into the index by a hand that goes round through all buckets of hashes: whatever page it comes
 * to takes several at once. What is gathered is read again from the answers when the file is opened: those are on
 * disk with their commits.
 */
import type { Database } from "./connection.ts";
import { BUCKETS, firstHash, Gathered } from "./gathered.ts";

const FIND_MERGED = "SELECT n FROM answers_by_hash WHERE hash = ?";

const FIND_UNMERGED = "SELECT hash, n FROM answers WHERE n > ?1 AND (n > ?2 OR hash >= ?3)";

const FIND_HAND = "SELECT whole, partly, bucket, (SELECT max(n) FROM answers) AS last FROM answers_merged";

const SET_HAND = "UPDATE answers_merged SET whole = ?, partly = ?, bucket = ?";

const MERGE = "INSERT OR IGNORE INTO answers_by_hash (hash, n) VALUES (?, ?)";

const FIND_OLDEST = "SELECT min(n) AS oldest FROM answers";

const DROP_FORGOTTEN = "DELETE FROM answers_by_hash WHERE hash >= ? AND hash < ? AND n < ?";

/** So many new answers are worth a step of the hand. */
const STEP = 512;

/** A round takes a sixteenth of all answers, within these: enough for a page to take several, few enough for memory. */
const ROUND = { share: 1 / 16, min: 4096, max: 262_144 };

/** Where the hand is: all answers up to `whole` are merged, and those up to `partly` of the buckets before this one. */
interface Hand {
  readonly whole: number;
  readonly partly: number;
  readonly bucket: number;
}

/** The index of answers as the thread that writes knows it. */
export class AnswerIndex {
  readonly #gathered = new Gathered();
  /** Number of the last answer. */
  #last = 0;
  /** Number of the last one when the hand last moved. */
  #stepped = 0;
  /** Where the hand was when what is not merged was gathered; null: it is to be gathered anew. */
  #hand: Hand | null = null;
  #isCurrent = false;

  /** Another connection has written: look at the file again before anything is believed. */
  changed(): void {
    this.#isCurrent = false;
  }

  /** A transaction was taken back, and with it what was gathered in it. */
  forget(): void {
    this.#hand = null;
    this.#isCurrent = false;
  }

  /** Numbers of the answers that have this hash; some may be forgotten since. */
  find(database: Database, hash: number): readonly number[] {
    this.#look(database);
    const found = this.#gathered.find(hash);
    if (database.first(FIND_MERGED, hash) === null) return found;
    return [...found, ...database.all<{ n: number }>(FIND_MERGED, hash).map(({ n }) => n)];
  }

  /** Gives the next number, to an answer of this hash. */
  add(database: Database, hash: number): number {
    this.#look(database);
    this.#last += 1;
    this.#gathered.add(hash, this.#last);
    return this.#last;
  }

  /** Moves the hand on where enough answers have come since. */
  step(database: Database): void {
    const count = this.#last - this.#stepped;
    if (this.#hand === null || count < STEP) return;
    const round = Math.min(Math.max(this.#last * ROUND.share, ROUND.min), ROUND.max);
    const to = Math.min(this.#hand.bucket + Math.ceil((count / round) * BUCKETS), BUCKETS);
    this.#hand = this.#merge(database, this.#hand, to);
    this.#stepped = this.#last;
  }

  /** Merges the buckets before this one, and clears them of what is forgotten. */
  #merge(database: Database, { whole, partly, bucket }: Hand, to: number): Hand {
    for (const [hash, n] of this.#gathered.take(bucket, to, partly)) database.run(MERGE, hash, n);
    const { oldest } = database.first<{ oldest: number | null }>(FIND_OLDEST)!;
    if (oldest !== 1) database.run(DROP_FORGOTTEN, firstHash(bucket), firstHash(to), oldest ?? partly + 1);
    const hand =
      to < BUCKETS ? { whole, partly, bucket: to } : { whole: partly, partly: this.#last, bucket: 0 };
    database.run(SET_HAND, hand.whole, hand.partly, hand.bucket);
    return hand;
  }

  /** Gathers what others have added since the last look, or everything where their hand began another round. */
  #look(database: Database): void {
    if (this.#isCurrent) return;
    const { last, ...hand } = database.first<Hand & { last: number | null }>(FIND_HAND)!;
    const known = this.#hand;
    if (known?.partly === hand.partly) {
      this.#gathered.take(known.bucket, hand.bucket, hand.partly);
      this.#gather(database, this.#last, this.#last, 0);
    } else {
      this.#gathered.clear();
      this.#gather(database, hand.whole, hand.partly, firstHash(hand.bucket));
    }
    this.#hand = hand;
    this.#last = Math.max(last ?? 0, hand.partly);
    this.#stepped = this.#last;
    this.#isCurrent = true;
  }

  #gather(database: Database, whole: number, partly: number, hash: number): void {
    for (const [found, n] of database.arrays(FIND_UNMERGED, whole, partly, hash))
      this.#gathered.add(found as number, n as number);
  }
}
