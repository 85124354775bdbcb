import pg from "pg";
import type { Built, KeptRow, KeptState, LoggedEvent, ParkedEvent, Snapshot } from "../bank/snapshot.ts";

/**
 * What a database of Plinth holds, read by statements of this file's own, as people read it in psql: the code that is
 * under test has no part in it.
 */

const EVENTS = `
  SELECT events.position, events.entity, streams.key AS id, events.version, events.type, events.data, events.at
  FROM plinth.events
  JOIN plinth.streams ON streams.id = events.stream
  WHERE events.position > $1
  ORDER BY events.position`;

const CHECKPOINTS = "SELECT subscription || '/' || shard AS name, position FROM plinth.subscriptions";

/** Those of stored states have a colon in their name. */
const BUILDS = `
  SELECT view, generation, status
  FROM plinth.generations
  WHERE view NOT LIKE '%:%'
  ORDER BY view, generation`;

const ROWS = (table: string) => `SELECT key, "row", position FROM plinth.${table}`;

const PARKED = "SELECT subscription, position, key, status, attempts FROM plinth.parks ORDER BY position";

const STATES = `
  SELECT key AS id, state_version AS version, state
  FROM plinth.state_account
  WHERE state IS NOT NULL`;

const HELD = `
  SELECT streams.key AS id, value
  FROM plinth.unique_values
  JOIN plinth.streams ON streams.id = unique_values.stream`;

const TABLES = `
  SELECT tablename AS name
  FROM pg_tables
  WHERE schemaname = 'plinth' AND tablename LIKE 'view\\_%'`;

const LEASES = `
  SELECT subscription, shard, owner, token, expires_at > clock_timestamp() AS lasts
  FROM plinth.subscriptions
  ORDER BY subscription, shard`;

const ACTIVITY = `
  SELECT pid, state, wait_event_type, wait_event, now() - xact_start AS age, pg_blocking_pids(pid) AS behind,
         left(regexp_replace(query, '\\s+', ' ', 'g'), 100) AS query
  FROM pg_stat_activity
  WHERE application_name = 'plinth' AND state <> 'idle'`;

/** Who holds what: `owner` is `place/pid/id`. */
export interface LeaseRow {
  readonly subscription: string;
  readonly shard: number;
  readonly owner: string | null;
  readonly token: number;
  readonly lasts: boolean;
}

/** Reads it, at one moment. */
export async function readTables(url: string, after: number): Promise<Snapshot> {
  return query(url, async (all) => {
    await all("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const tables = (await all<{ name: string }>(TABLES)).map(({ name }) => name);
    const builds = await all<Omit<Built, "rows">>(BUILDS);
    const rows = new Map<string, KeptRow[]>();
    for (const table of tables) rows.set(table, await all<KeptRow>(ROWS(table)));
    const checkpoints = await all<{ name: string; position: number }>(CHECKPOINTS);
    return {
      events: await all<LoggedEvent>(EVENTS, after),
      builds: builds.map((build) => ({
        ...build,
        rows: rows.get(`view_${build.view}_${build.generation}`) ?? [],
      })),
      checkpoints: new Map(checkpoints.map(({ name, position }) => [name, position])),
      parked: await all<ParkedEvent>(PARKED),
      states: await all<KeptState>(STATES),
      held: await all<{ id: string; value: string }>(HELD),
      tables,
    };
  });
}

export function readLeases(url: string): Promise<LeaseRow[]> {
  return query(url, (all) => all<LeaseRow>(LEASES));
}

/** What the server does for nodes, one a line: to see who waits for whom. */
export function readActivity(url: string): Promise<string> {
  return query(url, async (all) => (await all(ACTIVITY)).map((row) => JSON.stringify(row)).join("\n"));
}

type All = <Row>(sql: string, ...values: unknown[]) => Promise<Row[]>;

/** On a connection of its own. */
export async function query<Result>(url: string, work: (all: All) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, types: NUMBERS, application_name: "test" });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(async (sql, ...values) => (await client.query(sql, values)).rows);
  } finally {
    await client.end();
  }
}

/** Whole numbers of 64 bits as numbers: none here is beyond 2^53. */
const NUMBERS: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as "text")) as never,
};
