import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PlinthError } from "@plinth/ports";
import { Connection, Database } from "./connection.ts";

/** "Plth" in ASCII: tells a Plinth database from another's (https://www.sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x506c7468;

/**
 * What the database is made of. Beside these stand the tables that are made as they are needed:
 * `state_<entity>` (states.ts) and `view_<view>_<generation>` (rows.ts).
 */
const FOUNDATION = `
  -- Streams are named once; all else knows them by number.
  CREATE TABLE streams (
    id     INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    entity TEXT NOT NULL,
    key    TEXT NOT NULL,
    UNIQUE (tenant, entity, key)
  ) STRICT;

  CREATE TABLE event_types (
    id     INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,
    name   TEXT NOT NULL,
    UNIQUE (entity, name)
  ) STRICT;

  -- The log. A stream's version is the highest in here.
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    type     INTEGER NOT NULL,
    data     TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    trace    TEXT
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, version);

  -- First answers to command ids.
  CREATE TABLE commands (
    id          TEXT PRIMARY KEY,
    stream      INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    events      INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    refusal     TEXT,
    at          TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX commands_by_age ON commands (at);

  -- Values that one stream of a tenant holds alone.
  CREATE TABLE unique_values (
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    stream INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, value)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE generations (
    view        TEXT NOT NULL,
    generation  INTEGER NOT NULL,
    status      TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (view, generation)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE subscriptions (
    subscription TEXT NOT NULL,
    shard        INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    owner        TEXT,
    token        INTEGER NOT NULL,
    expires_at   REAL NOT NULL,
    PRIMARY KEY (subscription, shard)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE parks (
    subscription TEXT NOT NULL,
    position     INTEGER NOT NULL,
    shard        INTEGER NOT NULL,
    key          TEXT NOT NULL,
    status       TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    due_at       REAL NOT NULL,
    error        TEXT NOT NULL,
    data         TEXT,
    parked_at    REAL NOT NULL,
    PRIMARY KEY (subscription, position)
  ) STRICT;
  CREATE INDEX parks_due ON parks (subscription, shard, due_at) WHERE due_at > 0;
  CREATE INDEX parks_by_key ON parks (subscription, key, position);

  CREATE TABLE discarded (
    id           INTEGER PRIMARY KEY,
    subscription TEXT NOT NULL,
    position     INTEGER NOT NULL,
    key          TEXT NOT NULL,
    error        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    by           TEXT NOT NULL,
    at           TEXT NOT NULL
  ) STRICT;

  -- Numbers that only grow, also where the rows that bear them are removed.
  CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** One step from each format to the next: a database of format n has had the first n of them. Never edited, only added to. */
const MIGRATIONS: readonly string[] = [FOUNDATION];

/** Where a log begins that nothing was appended to, minus one. */
const SET_LOG_START = "INSERT INTO counters (name, value) VALUES ('log start', ?)";

/**
 * `synchronous = FULL`: COMMIT returns after the log of the database is on disk. 8000 pages are 32 MiB between
 * two checkpoints: rarer ones make for longer pauses, more frequent ones write the same pages again and again.
 */
const TO_WRITE = `
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 8000;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -65536;
  PRAGMA foreign_keys = OFF;
`;

/**
 * Makes the file where it is missing, and brings an older one to this program's format.
 * @throws PlinthError `unavailable` where the file is another's, or newer than this program.
 */
export function prepareFile(path: string, firstPosition: number, busyMs: number): void {
  const connection = new Connection(() => openOrMake(path, busyMs));
  try {
    connection.use((database) => prepare(database, path, firstPosition));
  } finally {
    connection.close();
  }
}

function openOrMake(path: string, busyMs: number): Database {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, "a", 0o600));
  return new Database(new DatabaseSync(path, { timeout: busyMs }));
}

function prepare(database: Database, path: string, firstPosition: number): void {
  refuseForeign(database, path);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("BEGIN IMMEDIATE");
  migrate(database, path, firstPosition);
  database.exec("COMMIT");
}

/** Opens a file that was prepared before, for the one connection that writes. */
export function openToWrite(path: string, busyMs: number): Database {
  if (!existsSync(path)) throw new PlinthError("unavailable", "The database file is gone.");
  const database = new Database(new DatabaseSync(path, { timeout: busyMs }));
  database.exec(TO_WRITE);
  return database;
}

/** Before anything is written: a file of another program stays as it is. */
function refuseForeign(database: Database, path: string): void {
  const application = pragma(database, "application_id");
  const { tables } = database.first<{ tables: number }>("SELECT count(*) AS tables FROM sqlite_schema")!;
  if (application !== APPLICATION_ID && (application !== 0 || tables > 0))
    throw new PlinthError("unavailable", `${path} is the database of another program.`);
}

function migrate(database: Database, path: string, firstPosition: number): void {
  const format = pragma(database, "user_version");
  if (format > MIGRATIONS.length)
    throw new PlinthError(
      "unavailable",
      `${path} was written by a newer Plinth: it has format ${format}, this one knows ${MIGRATIONS.length}.`,
    );
  for (const migration of MIGRATIONS.slice(format)) database.exec(migration);
  if (format === 0) database.run(SET_LOG_START, firstPosition - 1);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
}

function pragma(database: Database, name: "application_id" | "user_version"): number {
  return Object.values(database.first<Record<string, number>>(`PRAGMA ${name}`)!)[0]!;
}
