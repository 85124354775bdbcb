import type { View } from "@plinth/model";
import type { Checkpoint, Lease, RowChange, Rows, Subscriptions, TableName } from "@plinth/ports";
import { keyWithin } from "./keys.ts";
import type { Progress } from "./progress.ts";
import { shardOf } from "./shards.ts";
import type { Tenure, Work } from "./subscription.ts";
import type { LogEvent, TailPage } from "./tail.ts";

/** What projections write to. */
export interface ProjectionParts {
  readonly rows: Rows;
  readonly subscriptions: Subscriptions;
  readonly progress: Progress;
}

/** The subscription that builds one generation of a view. */
export function subscriptionOf({ view, generation }: TableName): string {
  return `view:${view}@${generation}`;
}

/** The build that a subscription is of; null where it is of something else. No view has an "@" in its name. */
export function tableOf(subscription: string): TableName | null {
  const [, view, generation] = /^view:([^@]+)@(\d+)$/.exec(subscription) ?? [];
  return view && generation ? { view, generation: Number(generation) } : null;
}

/** Folds events into the rows of one generation of a view: promise 6. */
export function projection(view: View, table: TableName, parts: ProjectionParts): Work {
  return {
    name: subscriptionOf(table),
    shards: view.shards,
    begin: async (checkpoint) => new ProjectionTenure(view, table, checkpoint, parts),
  };
}

/**
 * Rows that a tenure keeps at hand: only their owner changes them, and its writes are fenced. So many may also wait to
 * be written.
 */
const ROWS_KEPT_MAX = 10_000;

/** An event and the row that it changes. */
interface Step {
  readonly event: LogEvent;
  readonly key: string;
  readonly place: string;
}

/** What a row has become by its last event; null: it is gone. */
interface Change {
  readonly tenant: string;
  readonly key: string;
  readonly position: number;
  readonly row: unknown;
}

/**
 * Folds on while what was folded before is being written, so that what changes again meanwhile is written once. The
 * checkpoint goes with the rows: what was folded and not written is folded anew by whoever owns the shard then.
 */
class ProjectionTenure implements Tenure {
  readonly #view: View;
  readonly #table: TableName;
  readonly #parts: ProjectionParts;
  readonly #lease: Lease;
  /** Rows as of the last event handled. What is not written yet is only here. */
  readonly #kept = new Map<string, unknown>();
  /** What is to be written next, up to `#handled`. */
  #changes = new Map<string, Change>();
  #handled = 0;
  #written = 0;
  /** Null where all is written; stays where it has failed. */
  #writing: Promise<boolean> | null = null;

  constructor(view: View, table: TableName, { lease, position }: Checkpoint, parts: ProjectionParts) {
    this.#view = view;
    this.#table = table;
    this.#lease = lease;
    this.#parts = parts;
    this.#handled = position;
    this.#written = position;
  }

  async handle(page: TailPage): Promise<boolean> {
    const steps = page.events.flatMap((event) => this.#step(event));
    await this.#load(steps);
    for (const [place, change] of this.#fold(steps)) this.#keep(place, change);
    this.#handled = page.position;
    this.#writing ??= this.#write();
    if (this.#kept.size <= ROWS_KEPT_MAX) return true;
    const written = await this.settled();
    this.#kept.clear();
    return written;
  }

  async settled(): Promise<boolean> {
    return (await this.#writing) ?? true;
  }

  async end(): Promise<void> {
    await this.settled();
  }

  #step(event: LogEvent): Step[] {
    if (!Object.hasOwn(this.#view.on, event.type)) return [];
    const key = this.#view.key(event);
    if (key === null || shardOf(key, this.#view.shards) !== this.#lease.shard) return [];
    return [{ event, key, place: keyWithin(event.stream.tenant, key) }];
  }

  async #load(steps: readonly Step[]): Promise<void> {
    const missing = new Map<string, { tenant: string; key: string }>();
    for (const { event, key, place } of steps)
      if (!this.#kept.has(place)) missing.set(place, { tenant: event.stream.tenant, key });
    if (missing.size === 0) return;
    const rows = await this.#parts.rows.getMany(this.#table, [...missing.values()]);
    let index = 0;
    for (const place of missing.keys()) {
      const row = rows[index++];
      this.#kept.set(place, row ? JSON.parse(row.row) : null);
    }
  }

  /** One change per row, however many events it had: the last one counts. Where one of them fails, nothing is kept. */
  #fold(steps: readonly Step[]): ReadonlyMap<string, Change> {
    const changes = new Map<string, Change>();
    for (const { event, key, place } of steps) {
      const before = changes.has(place) ? changes.get(place)!.row : this.#kept.get(place);
      const row = this.#view.on[event.type]!(before ?? null, event);
      changes.set(place, { tenant: event.stream.tenant, key, position: event.position, row });
    }
    return changes;
  }

  #keep(place: string, change: Change): void {
    this.#kept.set(place, change.row);
    this.#changes.set(place, change);
  }

  /** Writes until nothing is left to write. Whoever waits for it gets its failure. */
  #write(): Promise<boolean> {
    const writing = this.#writeAll();
    writing.catch(() => {});
    return writing;
  }

  async #writeAll(): Promise<boolean> {
    while (this.#written < this.#handled) {
      const [changes, position] = [this.#changes, this.#handled];
      this.#changes = new Map();
      if (!(await this.#writeOnce(changes, position))) return false;
      this.#written = position;
      this.#parts.progress.moved(this.#lease, position);
    }
    this.#writing = null;
    return true;
  }

  #writeOnce(changes: ReadonlyMap<string, Change>, position: number): Promise<boolean> {
    const checkpoint = { lease: this.#lease, position };
    if (changes.size === 0) return this.#parts.subscriptions.advance(checkpoint);
    const rows = Array.from(changes.values(), rowChange);
    return this.#parts.rows.write(this.#table, rows, checkpoint);
  }
}

function rowChange({ row, ...place }: Change): RowChange {
  return { ...place, row: row === null ? null : JSON.stringify(row) };
}
