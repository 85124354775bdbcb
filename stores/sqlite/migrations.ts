import type { Database } from "./connection.ts";
import { hashOf } from "./hash.ts";
import { quoted } from "./identifiers.ts";

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

/**
 * First answers in the order of their coming, and apart from them what they are found by: a hash of the command id.
 * Most ids are random, so that an index which every commit adds to has another page changed by each; how these are
 * gathered first is told in answerIndex.ts.
 */
const ANSWERS_IN_ORDER = `
  CREATE TABLE answers (
    n           INTEGER PRIMARY KEY,
    hash        INTEGER NOT NULL,
    id          TEXT NOT NULL,
    stream      INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    events      INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    refusal     TEXT,
    at          TEXT NOT NULL
  ) STRICT;

  CREATE TABLE answers_by_hash (
    hash INTEGER NOT NULL,
    n    INTEGER NOT NULL,
    PRIMARY KEY (hash, n)
  ) STRICT, WITHOUT ROWID;

  -- One row: answers_by_hash has all answers up to the number "whole", and those up to "partly" of the buckets before this.
  CREATE TABLE answers_merged (
    whole  INTEGER NOT NULL,
    partly INTEGER NOT NULL,
    bucket INTEGER NOT NULL
  ) STRICT;

  INSERT INTO answers
  SELECT row_number() OVER (ORDER BY at, position), hash_of(id), id, stream, version, position, events, fingerprint, refusal, at
  FROM commands;
  INSERT INTO answers_by_hash SELECT hash, n FROM answers ORDER BY hash;
  INSERT INTO answers_merged SELECT count(*), count(*), 0 FROM answers;
  DROP TABLE commands;
`;

function orderAnswers(database: Database): void {
  database.define("hash_of", (id) => hashOf(String(id)));
  database.exec(ANSWERS_IN_ORDER);
}

/**
 * Each event knows the one before it in its stream, and each stream the last one: an index of events by stream has
 * another page changed by nearly every commit. Marks are for long streams (streams.ts).
 */
const CHAINED_EVENTS = `
  ALTER TABLE streams ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE streams ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE stream_marks (
    stream   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (stream, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE chained_events (
    position INTEGER PRIMARY KEY,
    stream   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    -- Position of the stream's event before; 0 where it is the first.
    previous INTEGER NOT NULL,
    type     INTEGER NOT NULL,
    data     TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    trace    TEXT
  ) STRICT;

  INSERT INTO chained_events
  SELECT
    position, stream, version,
    coalesce(
      (
        SELECT earlier.position
        FROM events AS earlier
        WHERE earlier.stream = events.stream AND earlier.version = events.version - 1
      ),
      0
    ),
    type, data, at, actor, trace
  FROM events
  ORDER BY position;

  INSERT INTO stream_marks SELECT stream, version, position FROM events WHERE version % 256 = 0;

  UPDATE streams
  SET (version, position) = (head.version, head.position)
  FROM (SELECT stream, max(version) AS version, position FROM events GROUP BY stream) AS head
  WHERE head.stream = streams.id;

  DROP TABLE events;
  ALTER TABLE chained_events RENAME TO events;
`;

const FIND_STATE_TABLES = `
  SELECT name FROM sqlite_schema
  WHERE type = 'table' AND name LIKE 'state!_%' ESCAPE '!'`;

function chainEvents(database: Database): void {
  database.exec(CHAINED_EVENTS);
  for (const { name } of database.all<{ name: string }>(FIND_STATE_TABLES))
    database.exec(`ALTER TABLE ${quoted(name)} ADD COLUMN position INTEGER NOT NULL DEFAULT 0`);
}

/** One step from each format to the next: a database of format n has had the first n of them. Never edited, only added to. */
const MIGRATIONS: readonly ((database: Database) => void)[] = [
  (database) => database.exec(FOUNDATION),
  orderAnswers,
  chainEvents,
];

/** The format that this program reads and writes. */
export const FORMAT = MIGRATIONS.length;

/** Brings a database from one format to another, this program's, within the transaction that has begun. */
export function migrate(database: Database, from: number, to = FORMAT): void {
  for (const migration of MIGRATIONS.slice(from, to)) migration(database);
}
