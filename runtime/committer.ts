import { type Clock, type Commit, checkCommit, type Log, type Outcome, PlinthError } from "@plinth/ports";

/** Bounds of the group commit. */
export interface CommitLimits {
  /** Most commits of one batch. */
  readonly batchMax: number;
  /** Commits that are worth a batch of their own while others are on their way. */
  readonly batchWorth: number;
  /** Most batches on their way to the store: one syncs while the next are handed over. */
  readonly batchesInFlightMax: number;
  /** Most commits that wait; beyond it: `unavailable`. */
  readonly waitingMax: number;
}

interface Waiting {
  readonly commit: Commit;
  readonly expiresAt: number;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

type OnCommitted = (batch: readonly Commit[], outcomes: readonly Outcome[]) => void;

/** How often deadlines are looked at, in milliseconds. */
const SWEEP_MS = 100;

/**
 * Group commit: all commits that are ready go into one transaction, and while it syncs the next batch gathers.
 *
 * A commit leaves at once where none is on its way; else with all that gather until none is any more, or until they are
 * worth a batch of their own. The latter is what keeps the store busy while requests are still being read: were every
 * second commit to leave at once, it would take the place of the many that come right after it.
 */
export class Committer {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #limits: CommitLimits;
  readonly #onCommitted: OnCommitted;
  #waiting: Waiting[] = [];
  readonly #inFlight = new Set<readonly Waiting[]>();
  #scheduled = false;
  #sweeping = false;

  /** `onCommitted` is told of every batch that was judged, before those who wait for it are. */
  constructor(log: Log, clock: Clock, limits: CommitLimits, onCommitted: OnCommitted = () => {}) {
    this.#onCommitted = onCommitted;
    this.#log = log;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** How many commits have not been answered. */
  get pending(): number {
    let count = this.#waiting.length;
    for (const batch of this.#inFlight) count += batch.length;
    return count;
  }

  /**
   * Resolves when the commit is durable or was judged otherwise. Rejects with `unavailable` where too many wait
   * or the store cannot answer, with `invalid_argument` for a text that no store keeps, with `deadline_exceeded` at
   * `expiresAt` (of the clock's `elapsed`); the outcome is then unknown.
   */
  submit(commit: Commit, expiresAt: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      checkCommit(commit);
      if (this.#waiting.length >= this.#limits.waitingMax) throw overloaded();
      this.#waiting.push({ commit, expiresAt, resolve, reject });
      this.#schedule();
      this.#sweepLater();
    });
  }

  #schedule(): void {
    if (this.#scheduled || !this.#mayLeave()) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #mayLeave(): boolean {
    const { batchWorth, batchesInFlightMax } = this.#limits;
    if (this.#inFlight.size === 0) return this.#waiting.length > 0;
    return this.#waiting.length >= batchWorth && this.#inFlight.size < batchesInFlightMax;
  }

  #send(): void {
    if (!this.#mayLeave()) return;
    const batch = this.#waiting.splice(0, this.#limits.batchMax);
    const commits = batch.map(({ commit }) => commit);
    this.#inFlight.add(batch);
    this.#log
      .append(commits)
      .then(
        (outcomes) => {
          this.#onCommitted(commits, outcomes);
          for (let index = 0; index < batch.length; index++) batch[index]!.resolve(outcomes[index]!);
        },
        (error) => {
          for (const waiting of batch) waiting.reject(error);
        },
      )
      .finally(() => {
        this.#inFlight.delete(batch);
        this.#schedule();
      });
    this.#schedule();
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#clock.after(SWEEP_MS, () => {
      this.#sweeping = false;
      this.#sweep();
      if (this.#waiting.length + this.#inFlight.size > 0) this.#sweepLater();
    });
  }

  /** What has not left yet is taken back; of what is on its way only the client is told. */
  #sweep(): void {
    const now = this.#clock.elapsed();
    const expired = (waiting: Waiting) => waiting.expiresAt <= now;
    for (const waiting of this.#waiting) if (expired(waiting)) waiting.reject(tooLate());
    this.#waiting = this.#waiting.filter((waiting) => !expired(waiting));
    for (const batch of this.#inFlight)
      for (const waiting of batch) if (expired(waiting)) waiting.reject(tooLate());
  }
}

function overloaded(): PlinthError {
  return new PlinthError("unavailable", "Too many commands are waiting to be committed.", {
    retryAfterMs: 1000,
  });
}

function tooLate(): PlinthError {
  return new PlinthError(
    "deadline_exceeded",
    "The commit was not confirmed in time. Repeat with the same idempotency key to learn its outcome.",
  );
}
