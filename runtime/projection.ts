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

/** Folds events into the rows of one generation of a view: promise 6. */
export function projection(view: View, table: TableName, parts: ProjectionParts): Work {
  return {
    name: subscriptionOf(table),
    shards: view.shards,
    begin: async ({ lease }: Checkpoint) => new ProjectionTenure(view, table, lease, parts),
  };
}

/** Rows that a tenure keeps at hand: only their owner changes them, and its writes are fenced. */
const ROWS_KEPT_MAX = 10_000;

/** An event and the row that it changes. */
interface Step {
  readonly event: LogEvent;
  readonly key: string;
  readonly place: string;
}

class ProjectionTenure implements Tenure {
  readonly #view: View;
  readonly #table: TableName;
  readonly #lease: Lease;
  readonly #parts: ProjectionParts;
  readonly #kept = new Map<string, unknown>();

  constructor(view: View, table: TableName, lease: Lease, parts: ProjectionParts) {
    this.#view = view;
    this.#table = table;
    this.#lease = lease;
    this.#parts = parts;
  }

  async handle(page: TailPage): Promise<boolean> {
    const steps = page.events.flatMap((event) => this.#step(event));
    const checkpoint = { lease: this.#lease, position: page.position };
    await this.#load(steps);
    const written =
      steps.length === 0
        ? await this.#parts.subscriptions.advance(checkpoint)
        : await this.#parts.rows.write(this.#table, this.#fold(steps), checkpoint);
    if (written) this.#parts.progress.moved(this.#lease, page.position);
    this.#forget();
    return written;
  }

  async end(): Promise<void> {
    this.#kept.clear();
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

  /** One change per row, however many events it had: the last one counts. */
  #fold(steps: readonly Step[]): RowChange[] {
    const changes = new Map<string, RowChange>();
    for (const { event, key, place } of steps) {
      const row = this.#view.on[event.type]!(this.#kept.get(place) ?? null, event);
      this.#kept.set(place, row);
      const { position, stream } = event;
      changes.set(place, { tenant: stream.tenant, key, position, row: row as never });
    }
    return [...changes.values()].map((change) => ({
      ...change,
      row: change.row === null ? null : JSON.stringify(change.row),
    }));
  }

  #forget(): void {
    if (this.#kept.size > ROWS_KEPT_MAX) this.#kept.clear();
  }
}
