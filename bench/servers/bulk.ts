import { join } from "node:path";
import { argv, stdout } from "node:process";
import { DatabaseSync } from "node:sqlite";

/** What a program could do at best: the rows of a deposit, written in bulk by one thread, with nothing checked. */
const [folder, seconds, , streams] = [argv[2]!, Number(argv[3]), argv[4], Number(argv[5])];
const BATCH = 1000;
const WARM_UP_MS = 1000;

const database = new DatabaseSync(join(folder, "bulk.db"));
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
    const stream = position % streams;
    const version = Math.ceil(position / streams);
    const at = new Date().toISOString();
    addEvent.run(position, stream, version, data, at);
    keepState.run(stream, version, JSON.stringify({ balance: 5 * version, closed: false }));
    addCommand.run(`key-${position}`, position, at);
  }
  database.exec("COMMIT");
}

function repeatFor(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; ) transaction();
}

repeatFor(WARM_UP_MS);
const [before, began] = [position, performance.now()];
repeatFor(1000 * seconds);
stdout.write(String(((position - before) / (performance.now() - began)) * 1000));
database.close();
