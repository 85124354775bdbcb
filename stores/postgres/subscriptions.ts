import type { Checkpoint, Lease, SubscriptionStatus, Subscriptions } from "@plinth/ports";
import type { Connections, Session } from "./connection.ts";
import type { Tables } from "./tables.ts";

/** Beside a lease that nobody holds. */
const NEVER = "to_timestamp(0)";

const LIST = ({ schema }: Tables) => `
  SELECT subscription, shard, position, owner, token, round(extract(epoch FROM expires_at) * 1000)::bigint
  FROM ${schema}.subscriptions
  ORDER BY subscription, shard`;

/**
 * What is found at the beginning only spares a token where another holds the lease. Whether it does is judged by the row
 * as it is once it is locked. Tokens are counted over all subscriptions, so that none comes back, whatever was removed
 * between; the counter stays locked until the commit, so that who comes later has the higher one.
 *
 * The token stays where the lease is the owner's already, unless ($5) something that was written under it has had no answer,
 * as far as this process can tell: that may still come, and would then be taken for the owner's.
 */
const ACQUIRE = ({ schema }: Tables) => `
  WITH free AS (
    SELECT
    WHERE NOT EXISTS (
      SELECT FROM ${schema}.subscriptions
      WHERE subscription = $1 AND shard = $2 AND owner <> $3 AND expires_at > clock_timestamp()
    )
  ), next AS (
    INSERT INTO ${schema}.counters (name, value)
    SELECT 'lease token', 1 FROM free
    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
    RETURNING value
  )
  INSERT INTO ${schema}.subscriptions AS kept (subscription, shard, position, owner, token, expires_at)
  SELECT $1::text, $2::int, 0, $3::text, value, clock_timestamp() + $4::float8 * interval '1 ms' FROM next
  ON CONFLICT (subscription, shard) DO UPDATE
  SET owner = excluded.owner,
      token = CASE WHEN kept.owner = excluded.owner AND NOT $5::boolean THEN kept.token ELSE excluded.token END,
      expires_at = clock_timestamp() + $4::float8 * interval '1 ms'
  WHERE kept.owner IS NULL OR kept.owner = excluded.owner OR kept.expires_at <= clock_timestamp()
  RETURNING token, position`;

const RENEW = ({ schema }: Tables) => `
  UPDATE ${schema}.subscriptions SET expires_at = clock_timestamp() + $5::float8 * interval '1 ms'
  WHERE subscription = $1 AND shard = $2 AND owner = $3 AND token = $4`;

const RELEASE = ({ schema }: Tables) => `
  UPDATE ${schema}.subscriptions SET owner = NULL, expires_at = ${NEVER}
  WHERE subscription = $1 AND shard = $2 AND owner = $3 AND token = $4`;

/** Moves a checkpoint, also as part of a larger write; changes no row where the lease is another's. Never moves back. */
export const ADVANCE = ({ schema }: Tables) => `
  UPDATE ${schema}.subscriptions SET position = greatest(position, $5)
  WHERE subscription = $1 AND shard = $2 AND owner = $3 AND token = $4`;

const REMOVE = ({ schema }: Tables) => `DELETE FROM ${schema}.subscriptions WHERE subscription = $1`;

interface Given {
  readonly owner: string;
  readonly outages: number;
}

export class PostgresSubscriptions implements Subscriptions {
  readonly #connections: Connections;
  readonly #tables: Tables;
  /** By subscription and shard, who was given its lease here, and how many calls had failed by then. */
  readonly #given = new Map<string, Map<number, Given>>();

  constructor(connections: Connections, tables: Tables) {
    this.#connections = connections;
    this.#tables = tables;
  }

  async acquire(
    subscription: string,
    shard: number,
    owner: string,
    ttlMs: number,
  ): Promise<Checkpoint | null> {
    const { outages } = this.#connections;
    const given = this.#given.get(subscription)?.get(shard);
    const mayBeWriting = given?.owner !== owner || given.outages !== outages;
    const values = [subscription, shard, owner, ttlMs, mayBeWriting];
    const taken = await this.#connections.first<[number, number]>(ACQUIRE(this.#tables), values);
    if (!taken) return null;
    const shards = this.#given.get(subscription) ?? new Map<number, Given>();
    this.#given.set(subscription, shards.set(shard, { owner, outages }));
    const [token, position] = taken;
    return { lease: { subscription, shard, owner, token }, position };
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    return (await this.#connections.run(RENEW(this.#tables), [...identity(lease), ttlMs])) === 1;
  }

  async release(lease: Lease): Promise<void> {
    await this.#connections.run(RELEASE(this.#tables), identity(lease));
  }

  async advance(checkpoint: Checkpoint): Promise<boolean> {
    return moveCheckpoint(this.#connections, this.#tables, checkpoint);
  }

  async list(): Promise<readonly SubscriptionStatus[]> {
    return (await this.#connections.rows<StatusRow>(LIST(this.#tables))).map(statusOf);
  }

  async remove(subscription: string): Promise<void> {
    await this.#connections.run(REMOVE(this.#tables), [subscription]);
    this.#given.delete(subscription);
  }
}

/** Moves a checkpoint; false where the lease is another's. */
export async function moveCheckpoint(
  session: Session,
  tables: Tables,
  checkpoint: Checkpoint,
): Promise<boolean> {
  return (await session.run(ADVANCE(tables), checkpointValues(checkpoint))) === 1;
}

/** What `ADVANCE` takes. */
export function checkpointValues({ lease, position }: Checkpoint) {
  return [...identity(lease), position] as const;
}

function identity({ subscription, shard, owner, token }: Lease) {
  return [subscription, shard, owner, token] as const;
}

type StatusRow = [
  subscription: string,
  shard: number,
  position: number,
  owner: string | null,
  token: number,
  expiresAt: number,
];

function statusOf([subscription, shard, position, owner, token, expiresAt]: StatusRow): SubscriptionStatus {
  return { subscription, shard, position, owner, token, expiresAt };
}
