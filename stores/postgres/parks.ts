import type { Checkpoint, Discarded, Json, ParkChanges, Parked, ParkQuery, Parks } from "@plinth/ports";
import type { Connections, Session, Value } from "./connection.ts";
import { moveCheckpoint } from "./subscriptions.ts";
import type { Tables } from "./tables.ts";

const COLUMNS = "subscription, shard, key, position, status, attempts, due_at, error, data, parked_at";

const LIST = ({ schema }: Tables, where: string, limit: string) => `
  SELECT ${COLUMNS}
  FROM ${schema}.parks
  WHERE ${where}
  ORDER BY subscription, position
  LIMIT ${limit}`;

const PUT = ({ schema }: Tables) => `
  INSERT INTO ${schema}.parks (${COLUMNS})
  SELECT * FROM unnest(
    $1::text[], $2::int[], $3::text[], $4::bigint[], $5::text[], $6::int[], $7::float8[], $8::text[], $9::text[], $10::float8[]
  )
  ON CONFLICT DO NOTHING`;

const CHANGE = ({ schema }: Tables) => `
  UPDATE ${schema}.parks
  SET status = $1, attempts = $2, due_at = $3, error = $4, data = $5
  WHERE subscription = $6 AND position = $7 AND status = $8 AND due_at = $9 AND data IS NOT DISTINCT FROM $10`;

const REMOVE = ({ schema }: Tables) => `
  DELETE FROM ${schema}.parks WHERE subscription = $1 AND position = ANY ($2::bigint[])`;

const REPLAY = ({ schema }: Tables) => `
  UPDATE ${schema}.parks
  SET status = 'replay', due_at = floor(extract(epoch FROM clock_timestamp()) * 1000), data = coalesce($3, data)
  WHERE subscription = $1 AND position = $2 AND status IN ('parked', 'retrying')`;

const DISCARD = ({ schema }: Tables) => `
  WITH gone AS (
    DELETE FROM ${schema}.parks
    WHERE subscription = $1 AND position = $2
    RETURNING subscription, position, key, error
  )
  INSERT INTO ${schema}.discarded (subscription, position, key, error, reason, by, at)
  SELECT subscription, position, key, error, $3, $4, $5 FROM gone`;

const LIST_DISCARDED = ({ schema }: Tables) => `
  SELECT subscription, position, key, error, reason, by, at
  FROM ${schema}.discarded
  ORDER BY id DESC
  LIMIT $1`;

export class PostgresParks implements Parks {
  readonly #connections: Connections;
  readonly #tables: Tables;

  constructor(connections: Connections, tables: Tables) {
    this.#connections = connections;
    this.#tables = tables;
  }

  async list(query: ParkQuery): Promise<readonly Parked[]> {
    const { text, values } = listStatement(this.#tables, query);
    return (await this.#connections.rows<ParkedRow>(text, values)).map(parkedOf);
  }

  /** A checkpoint alone, which is what most writes come to, is one statement. */
  async write(changes: ParkChanges, checkpoint: Checkpoint): Promise<boolean> {
    const { put, change, remove } = changes;
    if (put.length + change.length + remove.length === 0)
      return moveCheckpoint(this.#connections, this.#tables, checkpoint);
    return this.#connections.transaction(async (session) => {
      if (!(await moveCheckpoint(session, this.#tables, checkpoint))) return false;
      await this.#change(session, changes, checkpoint.lease.subscription);
      return true;
    });
  }

  async replay(subscription: string, position: number, data: Json | null): Promise<boolean> {
    return (await this.#connections.run(REPLAY(this.#tables), [subscription, position, data])) === 1;
  }

  async discard(
    subscription: string,
    position: number,
    reason: string,
    by: string,
    at: string,
  ): Promise<boolean> {
    const values = [subscription, position, reason, by, at];
    return (await this.#connections.run(DISCARD(this.#tables), values)) === 1;
  }

  async discarded(limit: number): Promise<readonly Discarded[]> {
    return (await this.#connections.rows<DiscardedRow>(LIST_DISCARDED(this.#tables), [limit])).map(
      discardedOf,
    );
  }

  async #change(session: Session, { put, change, remove }: ParkChanges, subscription: string): Promise<void> {
    if (remove.length > 0) await session.run(REMOVE(this.#tables), [subscription, remove]);
    if (put.length > 0) await session.run(PUT(this.#tables), columnsOf(put));
    for (const { from, to } of change)
      await session.run(CHANGE(this.#tables), [
        ...outcomeOf(to),
        from.subscription,
        from.position,
        ...decisionOf(from),
      ]);
  }
}

function listStatement(tables: Tables, query: ParkQuery): { text: string; values: readonly Value[] } {
  const values: Value[] = [];
  const value = (one: Value) => `$${values.push(one)}`;
  const { subscription, shard, key, statuses, dueBy, after, limit } = query;
  const where = ["TRUE"];
  if (subscription !== undefined) where.push(`subscription = ${value(subscription)}`);
  if (shard !== undefined) where.push(`shard = ${value(shard)}`);
  if (key !== undefined) where.push(`key = ${value(key)}`);
  if (statuses !== undefined) where.push(`status = ANY (${value(statuses)}::text[])`);
  if (dueBy !== undefined) where.push(`due_at > 0 AND due_at <= ${value(dueBy)}`);
  if (after !== undefined)
    where.push(`(subscription, position) > (${value(after.subscription)}, ${value(after.position)})`);
  return { text: LIST(tables, where.join(" AND "), value(limit)), values };
}

function columnsOf(put: readonly Parked[]): readonly Value[] {
  return [
    put.map(({ subscription }) => subscription),
    put.map(({ shard }) => shard),
    put.map(({ key }) => key),
    put.map(({ position }) => position),
    put.map(({ status }) => status),
    put.map(({ attempts }) => attempts),
    put.map(({ dueAt }) => dueAt),
    put.map(({ error }) => error),
    put.map(({ data }) => data),
    put.map(({ parkedAt }) => parkedAt),
  ];
}

/** What an attempt changes. */
function outcomeOf({ status, attempts, dueAt, error, data }: Parked): readonly Value[] {
  return [status, attempts, dueAt, error, data];
}

/** What a person's decision changes. */
function decisionOf({ status, dueAt, data }: Parked): readonly Value[] {
  return [status, dueAt, data];
}

type ParkedRow = [
  subscription: string,
  shard: number,
  key: string,
  position: number,
  status: Parked["status"],
  attempts: number,
  dueAt: number,
  error: string,
  data: Json | null,
  parkedAt: number,
];

function parkedOf(row: ParkedRow): Parked {
  const [subscription, shard, key, position, status, attempts, dueAt, error, data, parkedAt] = row;
  return { subscription, shard, key, position, status, attempts, dueAt, error, data, parkedAt };
}

type DiscardedRow = [
  subscription: string,
  position: number,
  key: string,
  error: string,
  reason: string,
  by: string,
  at: string,
];

function discardedOf([subscription, position, key, error, reason, by, at]: DiscardedRow): Discarded {
  return { subscription, position, key, error, reason, by, at };
}
