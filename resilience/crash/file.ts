import { DatabaseSync } from "node:sqlite";
import type { Built, KeptRow, KeptState, LoggedEvent, ParkedEvent, Snapshot } from "../bank/snapshot.ts";

/**
 * What a SQLite file of Plinth holds, read by statements of this file's own: the code that is under test has no part
 * in it.
 */

const EVENTS = `
  SELECT events.position, streams.entity, streams.key AS id, events.version, event_types.name AS type, events.data, events.at
  FROM events
  JOIN streams ON streams.id = events.stream
  JOIN event_types ON event_types.id = events.type
  WHERE events.position > ?
  ORDER BY events.position`;

const CHECKPOINTS = "SELECT subscription || '/' || shard AS name, position FROM subscriptions";

/** Those of stored states have a colon in their name. */
const BUILDS = `
  SELECT view, generation, status
  FROM generations
  WHERE view NOT GLOB '*:*'
  ORDER BY view, generation`;

const ROWS = (table: string) => `SELECT key, row, position FROM "${table}"`;

const PARKED = "SELECT subscription, position, key, status, attempts FROM parks ORDER BY position";

const STATES = "SELECT key AS id, version, state FROM state_account";

const HELD = "SELECT streams.key AS id, value FROM unique_values JOIN streams ON streams.id = stream";

const TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ?";

/**
 * Reads the file as it is, while a process uses it or after it has died. Nothing is changed: what a dead process has
 * left in the write-ahead log is there for the next one to recover.
 */
export function readFile(path: string, after: number): Snapshot {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    database.exec("BEGIN");
    return snapshotOf(database, after);
  } finally {
    database.close();
  }
}

function snapshotOf(database: DatabaseSync, after: number): Snapshot {
  const all = <Row>(sql: string, ...values: (string | number)[]) =>
    database.prepare(sql).all(...values) as Row[];
  const tablesLike = (glob: string) => all<{ name: string }>(TABLES, glob).map(({ name }) => name);
  const tables = tablesLike("view_*");
  const builds = all<Omit<Built, "rows">>(BUILDS).map((build) => {
    const table = `view_${build.view}_${build.generation}`;
    return { ...build, rows: tables.includes(table) ? all<KeptRow>(ROWS(table)) : [] };
  });
  const checkpoints = all<{ name: string; position: number }>(CHECKPOINTS);
  return {
    events: all<LoggedEvent>(EVENTS, after),
    builds,
    checkpoints: new Map(checkpoints.map(({ name, position }) => [name, position])),
    parked: all<ParkedEvent>(PARKED),
    states: tablesLike("state_account").length > 0 ? all<KeptState>(STATES) : [],
    held: all<{ id: string; value: string }>(HELD),
    tables,
  };
}
