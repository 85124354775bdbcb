import type { Cancel, Checkpoint, Clock, Logger, ParkChanges, Parked, Parks, Random } from "@plinth/ports";
import { isOutage } from "../outage.ts";
import type { Progress } from "../progress.ts";
import { backoffMs, sleep } from "../wait.ts";
import type { Window } from "./window.ts";

/** What a journal writes with. */
export interface JournalParts {
  readonly parks: Parks;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Longest time until a checkpoint that has moved is written, in milliseconds. */
const CHECKPOINT_MS = 100;
/** Most events that are finished until it is. */
const CHECKPOINT_EVENTS = 1000;
/** Wait before a write that has failed is tried again. */
const WRITE_BACKOFF = { minMs: 50, maxMs: 1000 };

/**
 * What a tenure makes durable: its changes to parked events, and its checkpoint with them. Changes leave at once, all
 * that gather while a write is under way in the next one; a checkpoint alone may wait a little. As both go together,
 * the checkpoint never passes an event that is neither finished nor parked.
 */
export class Journal {
  readonly #parts: JournalParts;
  readonly #window: Window;
  readonly #lease: Checkpoint["lease"];
  readonly #onWritten: () => void;
  readonly #closing = new AbortController();
  readonly #lost = new AbortController();
  #put = new Map<number, Parked>();
  #change = new Map<number, { from: Parked; to: Parked }>();
  #remove = new Set<number>();
  #position: number;
  #finished = 0;
  #mustWrite = false;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;
  #cancel: Cancel | null = null;
  #failure: { readonly error: unknown } | null = null;

  /** `onWritten` is called after every write: there may be room for more events. */
  constructor(parts: JournalParts, window: Window, checkpoint: Checkpoint, onWritten: () => void) {
    this.#parts = parts;
    this.#window = window;
    this.#lease = checkpoint.lease;
    this.#position = checkpoint.position;
    this.#onWritten = onWritten;
  }

  /** Aborts when the lease turns out to be another's. Nothing is written from then on. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Parks an event. It is finished when this is durable. */
  put(row: Parked): void {
    this.#put.set(row.position, row);
    void this.flush();
  }

  /** Changes a parked event by an attempt that was made with it as it was. */
  change(from: Parked, to: Parked): void {
    const { position } = to;
    if (this.#put.has(position)) this.#put.set(position, to);
    else this.#change.set(position, { from: this.#change.get(position)?.from ?? from, to });
    void this.flush();
  }

  /** Removes a parked event that was handled. */
  remove(position: number): void {
    this.#put.delete(position);
    this.#change.delete(position);
    this.#remove.add(position);
    void this.flush();
  }

  /** Takes note that an event is finished, or that the log was read further. */
  moved(): void {
    this.#finished += 1;
    if (this.#finished >= CHECKPOINT_EVENTS) void this.flush();
    else this.#cancel ??= this.#parts.clock.after(CHECKPOINT_MS, () => void this.flush());
  }

  /** Writes the checkpoint even where it has not moved: who no longer has the lease learns it. */
  confirm(): void {
    this.#mustWrite = true;
    void this.flush();
  }

  /** Resolves when everything noted until now is durable, or never will be: the lease is lost, or the journal closes. */
  flush(): Promise<void> {
    if (!this.#next) {
      this.#next = this.#writing.then(() => this.#write());
      this.#writing = this.#next;
    }
    return this.#next;
  }

  /** From now on no write is tried again. */
  close(): void {
    this.#closing.abort();
  }

  /** Writes what is left. @throws what the store said, where something could not be written since `close`. */
  async end(): Promise<void> {
    await this.flush();
    if (this.#failure && !this.lost.aborted) throw this.#failure.error;
  }

  async #write(): Promise<void> {
    this.#next = null;
    this.#cancel?.();
    this.#cancel = null;
    this.#finished = 0;
    const [put, change, remove] = [this.#put, this.#change, this.#remove];
    const position = this.#window.finishedBut(put);
    const isNew = this.#mustWrite || put.size + change.size + remove.size > 0 || position !== this.#position;
    if (this.lost.aborted || !isNew) return;
    this.#mustWrite = false;
    this.#put = new Map();
    this.#change = new Map();
    this.#remove = new Set();
    const changes = { put: [...put.values()], change: [...change.values()], remove: [...remove] };
    const written = await this.#writeUntilAnswered(changes, { lease: this.#lease, position });
    if (!written) return;
    this.#position = position;
    for (const parked of put.keys()) this.#window.finish(parked);
    this.#parts.progress.moved(this.#lease, position);
    this.#onWritten();
  }

  async #writeUntilAnswered(changes: ParkChanges, checkpoint: Checkpoint): Promise<boolean> {
    const { parks, clock, random } = this.#parts;
    for (let failures = 1; ; failures++) {
      try {
        const written = await parks.write(changes, checkpoint);
        if (!written) this.#lost.abort();
        return written;
      } catch (error) {
        this.#report(failures, error);
        if (this.#closing.signal.aborted) {
          this.#failure = { error };
          return false;
        }
      }
      await sleep(clock, backoffMs(failures, WRITE_BACKOFF, random), this.#closing.signal);
    }
  }

  #report(failures: number, error: unknown): void {
    if (isOutage(error)) return;
    const { subscription, shard } = this.#lease;
    this.#parts.logger.warn("A reactor's progress could not be written.", {
      subscription,
      shard,
      failures,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
