import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PlinthError } from "@plinth/ports";
import { Connection, Database } from "./connection.ts";
import { FORMAT, migrate } from "./migrations.ts";

/** "Plth" in ASCII: tells a Plinth database from another's (https://www.sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x506c7468;

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
  update(database, path, firstPosition);
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

function update(database: Database, path: string, firstPosition: number): void {
  const format = pragma(database, "user_version");
  if (format > FORMAT)
    throw new PlinthError(
      "unavailable",
      `${path} was written by a newer Plinth: it has format ${format}, this one knows ${FORMAT}.`,
    );
  migrate(database, format);
  if (format === 0) database.run(SET_LOG_START, firstPosition - 1);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec(`PRAGMA user_version = ${FORMAT}`);
}

function pragma(database: Database, name: "application_id" | "user_version"): number {
  return Object.values(database.first<Record<string, number>>(`PRAGMA ${name}`)!)[0]!;
}
