import { randomUUID } from "node:crypto";
import { stdout } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { options } from "./options.ts";

/** What a program could do at best: the rows of a deposit, written in bulk by one thread, with nothing checked. */
export interface BulkOptions {
  readonly file: string;
  readonly seconds: number;
  readonly accounts: number;
}

const BATCH = 1000;
const WARM_UP_MS = 1000;

const { file, seconds, accounts } = options<BulkOptions>();
const database = new DatabaseSync(file);
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER, version INTEGER, data TEXT, at TEXT) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
  CREATE TABLE states (stream INTEGER PRIMARY KEY, version INTEGER, state TEXT) STRICT;
  CREATE TABLE commands (id TEXT PRIMARY KEY, position INTEGER, at TEXT) STRICT, WITHOUT ROWID;
`);
const addEvent = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?)");
const keepState = database.prepare("INSERT OR REPLACE INTO states VALUES (?, ?, ?)");
const addCommand = database.prepare("INSERT INTO commands VALUES (?, ?, ?)");
const data = JSON.stringify({ amount: 5, note: "lunch" });
let position = 0;

function transaction(): void {
  database.exec("BEGIN IMMEDIATE");
  for (let row = 0; row < BATCH; row++) {
    position += 1;
    const stream = position % accounts;
    const version = Math.ceil(position / accounts);
    const at = new Date().toISOString();
    addEvent.run(position, stream, version, data, at);
    keepState.run(stream, version, JSON.stringify({ balance: 5 * version, closed: false }));
    addCommand.run(randomUUID(), position, at);
  }
  database.exec("COMMIT");
}

function repeatFor(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; ) transaction();
}

repeatFor(WARM_UP_MS);
const [before, began] = [position, performance.now()];
repeatFor(1000 * seconds);
stdout.write(JSON.stringify(((position - before) / (performance.now() - began)) * 1000));
database.close();
