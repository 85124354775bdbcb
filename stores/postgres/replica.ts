import type { Clock, Json, PlinthError, Reached } from "@plinth/ports";
import { Connections } from "./connection.ts";
import type { Query } from "./lists.ts";
import type { Tables } from "./tables.ts";

/** A row of a view as it is read. */
export type ListedRow = [key: string, row: Json, position: number];

/** What one process may have of a replica. Whoever asks it for longer than that is better served by the primary. */
const LIMITS = { connectionsMax: 4, statementMs: 1000, answerMs: 500, connectMs: 1000 };

/** How long one that fails is left alone, in milliseconds. */
const REST_MS = 5000;

/**
 * Rows and whether they may be answered, as of one moment: one statement has one snapshot. A server that is no standby (any
 * more) goes its own way, and what it says of checkpoints means nothing. Where the rows may not be answered, they are not
 * looked for.
 */
const READ = ({ schema }: Tables, query: string, [subscription, shards, position]: readonly string[]) => `
  WITH reached AS MATERIALIZED (
    SELECT pg_is_in_recovery() AND count(*) >= ${shards}::int AND min(position) >= ${position}::bigint AS enough
    FROM ${schema}.subscriptions
    WHERE subscription = ${subscription}
  )
  SELECT coalesce(enough, false), found.key, found."row", found.position
  FROM reached LEFT JOIN (
    SELECT row_number() OVER () AS n, key, "row", position
    FROM (${query}) page
    WHERE (SELECT enough FROM reached)
  ) found ON TRUE
  ORDER BY found.n`;

type Answered = [enough: boolean, ...ListedRow] | [enough: boolean, key: null, row: null, position: null];

/** What a replica is reached by. */
export interface ReplicaOptions {
  readonly url: string;
  readonly tables: Tables;
  readonly clock: Clock;
  /** Told once why it does not answer, and null when it does again. */
  readonly onChange: (failure: PlinthError | null) => void;
}

/** A standby of the server, which answers reads of views as far as it has replayed what they must see. */
export class Replica {
  readonly #connections: Connections;
  readonly #tables: Tables;
  readonly #clock: Clock;
  readonly #onChange: ReplicaOptions["onChange"];
  /** When it may be asked again, by the clock's elapsed time; null where it has answered the last time. */
  #restsUntil: number | null = null;

  constructor({ url, tables, clock, onChange }: ReplicaOptions) {
    this.#connections = new Connections({ ...LIMITS, url, onFailure: () => {} });
    this.#tables = tables;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** The rows of a query; null where the primary must answer, for whatever reason. */
  async listed({ text, values }: Query, reached: Reached): Promise<readonly ListedRow[] | null> {
    if (!this.#mayAsk()) return null;
    const { subscription, shards, position } = reached;
    const places = [1, 2, 3].map((n) => `$${values.length + n}`);
    const all = [...values, subscription, shards, position];
    try {
      const rows = await this.#connections.rows<Answered>(READ(this.#tables, text, places), all);
      this.#answered();
      return rows[0]![0] ? rows.filter(isFound).map(([, ...row]) => row) : null;
    } catch (error) {
      this.#failed(error as PlinthError);
      return null;
    }
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  /** After a rest, one read goes ahead of the others: where it finds nobody, they have not waited for it. */
  #mayAsk(): boolean {
    if (this.#restsUntil === null) return true;
    if (this.#clock.elapsed() < this.#restsUntil) return false;
    this.#rest();
    return true;
  }

  #rest(): void {
    this.#restsUntil = this.#clock.elapsed() + REST_MS;
  }

  #answered(): void {
    if (this.#restsUntil === null) return;
    this.#restsUntil = null;
    this.#onChange(null);
  }

  /** One that refuses a query is there: it may not have the table yet. The primary will say what is to be said. */
  #failed(failure: PlinthError): void {
    if (failure.code === "unavailable") {
      if (this.#restsUntil === null) this.#onChange(failure);
      this.#rest();
    } else this.#answered();
  }
}

function isFound(row: Answered): row is [enough: boolean, ...ListedRow] {
  return row[1] !== null;
}
