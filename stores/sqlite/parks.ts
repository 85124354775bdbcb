import type {
  Checkpoint,
  Clock,
  Discarded,
  Json,
  ParkChanges,
  Parked,
  ParkQuery,
  Parks,
} from "@plinth/ports";
import type { Connection, Value } from "./connection.ts";
import type { Query, READS } from "./reads.ts";
import { moveCheckpoint } from "./subscriptions.ts";
import { findable } from "./texts.ts";
import type { Remote } from "./thread.ts";
import type { Transaction } from "./transaction.ts";

const LIST = (where: string) => `
  SELECT subscription, shard, key, position, status, attempts, due_at, error, data, parked_at
  FROM parks
  WHERE ${where}
  ORDER BY subscription, position
  LIMIT ?`;

/** What a list is confined by, each where it is asked for. */
const CONFINED_BY = {
  subscription: "subscription = ?",
  shard: "shard = ?",
  key: "key = ?",
  statuses: "status IN (SELECT value FROM json_each(?))",
  dueBy: "due_at > 0 AND due_at <= ?",
  after: "(subscription, position) > (?, ?)",
} as const;

export const PUT_PARKED = `
  INSERT OR IGNORE INTO parks
    (subscription, shard, key, position, status, attempts, due_at, error, data, parked_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const CHANGE = `
  UPDATE parks SET status = ?, attempts = ?, due_at = ?, error = ?, data = ?
  WHERE subscription = ? AND position = ? AND status = ? AND due_at = ? AND data IS ?`;

const REMOVE = "DELETE FROM parks WHERE subscription = ? AND position = ?";

const REPLAY = `
  UPDATE parks SET status = 'replay', due_at = ?, data = coalesce(?, data)
  WHERE subscription = ? AND position = ? AND status IN ('parked', 'retrying')`;

const NOTE_DISCARDED = `
  INSERT INTO discarded (subscription, position, key, error, reason, by, at)
  SELECT subscription, position, key, error, ?, ?, ?
  FROM parks
  WHERE subscription = ? AND position = ?`;

const LIST_DISCARDED = `
  SELECT subscription, position, key, error, reason, by, at
  FROM discarded
  ORDER BY id DESC
  LIMIT ?`;

export const parkWrites = {
  writeParks(
    transaction: Transaction,
    { put, change, remove }: ParkChanges,
    checkpoint: Checkpoint,
  ): boolean {
    if (!moveCheckpoint(transaction, checkpoint)) return false;
    const { database } = transaction;
    for (const position of remove) database.run(REMOVE, checkpoint.lease.subscription, position);
    for (const parked of put) database.run(PUT_PARKED, ...columnsOf(parked));
    for (const { from, to } of change)
      database.run(CHANGE, ...outcomeOf(to), from.subscription, from.position, ...decisionOf(from));
    return true;
  },

  replay(
    { database }: Transaction,
    subscription: string,
    position: number,
    data: Json | null,
    now: number,
  ): boolean {
    return database.run(REPLAY, now, data, subscription, position) === 1;
  },

  discard(
    { database }: Transaction,
    subscription: string,
    position: number,
    reason: string,
    by: string,
    at: string,
  ): boolean {
    if (database.run(NOTE_DISCARDED, reason, by, at, subscription, position) === 0) return false;
    return database.run(REMOVE, subscription, position) === 1;
  },
};

export class SqliteParks implements Parks {
  readonly #writer: Remote<typeof parkWrites>;
  readonly #reader: Remote<typeof READS>;
  readonly #reading: Connection;
  readonly #clock: Clock;

  constructor(
    writer: Remote<typeof parkWrites>,
    reader: Remote<typeof READS>,
    reading: Connection,
    clock: Clock,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#reading = reading;
    this.#clock = clock;
  }

  async list(query: ParkQuery): Promise<readonly Parked[]> {
    const rows = await this.#reader.page([listQuery(query)], query.limit);
    return (rows as ParkedRow[]).map(parkedOf);
  }

  async write(changes: ParkChanges, checkpoint: Checkpoint): Promise<boolean> {
    return this.#writer.writeParks(changes, checkpoint);
  }

  async replay(subscription: string, position: number, data: Json | null): Promise<boolean> {
    return this.#writer.replay(subscription, position, data, this.#clock.now());
  }

  async discard(
    subscription: string,
    position: number,
    reason: string,
    by: string,
    at: string,
  ): Promise<boolean> {
    return this.#writer.discard(subscription, position, reason, by, at);
  }

  async discarded(limit: number): Promise<readonly Discarded[]> {
    return this.#reading.use((database) => database.all<Discarded>(LIST_DISCARDED, limit));
  }
}

function listQuery(query: ParkQuery): Query {
  const asked = Object.keys(CONFINED_BY).filter((name) => query[name as keyof ParkQuery] !== undefined);
  const where = asked.map((name) => CONFINED_BY[name as keyof typeof CONFINED_BY]);
  const { subscription, shard, key, statuses, dueBy, after } = query;
  const values = [subscription, shard, key && findable(key), statuses && JSON.stringify(statuses), dueBy];
  const place = after ? [after.subscription, after.position] : [];
  return {
    sql: LIST(["TRUE", ...where].join(" AND ")),
    values: [...values.filter((value) => value !== undefined), ...place],
  };
}

function columnsOf(parked: Parked): readonly Value[] {
  const { subscription, shard, key, position, status, attempts, dueAt, error, data, parkedAt } = parked;
  return [subscription, shard, key, position, status, attempts, dueAt, error, data, parkedAt];
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
