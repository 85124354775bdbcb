import { type Commit, type Outcome, PlinthError } from "@plinth/ports";

/** Most commits that share a transaction, but for a batch that is larger by itself. */
const COMMITS_MAX = 2000;

interface Waiting {
  readonly batch: readonly Commit[];
  resolve(outcomes: readonly Outcome[]): void;
  reject(error: unknown): void;
}

/**
 * Writes one transaction at a time: what arrives meanwhile shares the next. The database lets only one at a time in anyway,
 * and two that wait on two connections might come in the other order, so that what was decided upon the first would fall.
 */
export class Gathered {
  readonly #write: (batch: readonly Commit[]) => Promise<readonly Outcome[]>;
  #waiting: Waiting[] = [];
  /** Null where nothing is being written. */
  #writing: Promise<void> | null = null;
  #isClosed = false;

  constructor(write: (batch: readonly Commit[]) => Promise<readonly Outcome[]>) {
    this.#write = write;
  }

  append(batch: readonly Commit[]): Promise<readonly Outcome[]> {
    if (this.#isClosed) return Promise.reject(new PlinthError("unavailable", "The store is closed."));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves when all that waits is written; takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeTogether(this.#take());
    this.#writing = null;
  }

  #take(): readonly Waiting[] {
    let commits = 0;
    let count = 0;
    for (const { batch } of this.#waiting) {
      commits += batch.length;
      if (commits > COMMITS_MAX && count > 0) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeTogether(taken: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#write(taken.flatMap(({ batch }) => batch));
      let begin = 0;
      for (const { batch, resolve } of taken) {
        resolve(outcomes.slice(begin, begin + batch.length));
        begin += batch.length;
      }
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  }
}
