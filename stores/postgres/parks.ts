import type { Checkpoint, Discarded, Json, ParkChanges, Parked, ParkQuery, Parks } from "@plinth/ports";
import type { Connections, Session, Value } from "./connection.ts";
import { moveCheckpoint } from "./subscriptions.ts";
import type { Tables } from "./tables.ts";
import { findable } from "./texts.ts";

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
  SET status = done.status, attempts = done.attempts, due_at = done.due_at, error = done.error, data = done.data
  FROM unnest(
    $1::text[], $2::bigint[], $3::text[], $4::float8[], $5::text[],
    $6::text[], $7::int[], $8::float8[], $9::text[], $10::text[]
  ) AS done (subscription, position, from_status, from_due_at, from_data, status, attempts, due_at, error, data)
  WHERE parks.subscription = done.subscription AND parks.position = done.position
    AND parks.status = done.from_status AND parks.due_at = done.from_due_at AND parks.data IS NOT DISTINCT FROM done.from_data`;

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
    return (
      (await this.#connections.run(REPLAY(this.#tables), [findable(subscription), position, data])) === 1
    );
  }

  async discard(
    subscription: string,
    position: number,
    reason: string,
    by: string,
    at: string,
  ): Promise<boolean> {
    const values = [findable(subscription), position, reason, by, at];
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
    for (const one of onePerEvent(change)) await session.run(CHANGE(this.#tables), changesOf(one));
  }
}

function listStatement(tables: Tables, query: ParkQuery): { text: string; values: readonly Value[] } {
  const values: Value[] = [];
  const value = (one: Value) => `$${values.push(one)}`;
  const { subscription, shard, key, statuses, dueBy, after, limit } = query;
  const where = ["TRUE"];
  if (subscription !== undefined) where.push(`subscription = ${value(findable(subscription))}`);
  if (shard !== undefined) where.push(`shard = ${value(shard)}`);
  if (key !== undefined) where.push(`key = ${value(findable(key))}`);
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

type Change = ParkChanges["change"][number];

/** The changes in their order, as lists that each change an event once: a statement takes but one of several. */
function onePerEvent(changes: readonly Change[]): readonly (readonly Change[])[] {
  const lists: Change[][] = [];
  const seen = new Map<string, number>();
  for (const change of changes) {
    const name = `${change.from.position} ${change.from.subscription}`;
    const list = seen.get(name) ?? 0;
    seen.set(name, list + 1);
    lists[list] ??= [];
    lists[list].push(change);
  }
  return lists;
}

/** What a person's decision changes, as it was, and what an attempt does. */
function changesOf(changes: readonly Change[]): readonly Value[] {
  return [
    changes.map(({ from }) => from.subscription),
    changes.map(({ from }) => from.position),
    changes.map(({ from }) => from.status),
    changes.map(({ from }) => from.dueAt),
    changes.map(({ from }) => from.data),
    changes.map(({ to }) => to.status),
    changes.map(({ to }) => to.attempts),
    changes.map(({ to }) => to.dueAt),
    changes.map(({ to }) => to.error),
    changes.map(({ to }) => to.data),
  ];
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
