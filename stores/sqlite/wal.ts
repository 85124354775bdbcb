import { closeSync, existsSync, fdatasyncSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Connection, Database } from "./connection.ts";

/** Bytes that are read and written at a time. */
const PIECE = 1024 * 1024;

/**
 * Writes the write-ahead log once more, as it is read, and syncs it. A sync that fails may leave bytes in memory that the
 * system takes for written: they are read as before, no later sync writes them, and they are gone with the power
 * (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020). Commits that lie behind such
 * bytes would be lost with them. Written again, they are on the disk, or there is an error.
 *
 * To be called within a transaction that has the write lock: then nobody else writes to this file.
 */
export function rewriteWal(path: string): void {
  const file = openSync(walOf(path), "r+");
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    let at = 0;
    for (let length = readSync(file, piece, 0, PIECE, at); length > 0; ) {
      at += writeSync(file, piece, 0, length, at);
      length = readSync(file, piece, 0, PIECE, at);
    }
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Call before anything else is done with the file. Where the last process that used it has ended without closing it, the
 * write-ahead log is written once more: nobody knows whether that process's last sync has succeeded.
 * @throws PlinthError `unavailable`.
 */
export function secureWal(path: string, busyMs: number): void {
  const log = statSync(walOf(path), { throwIfNoEntry: false });
  if (!log?.size || !existsSync(path)) return;
  const index = walIndex(path);
  const connection = new Connection(() => new Database(new DatabaseSync(path, { timeout: busyMs })));
  try {
    connection.use((database) => {
      database.run("BEGIN IMMEDIATE");
      if (walIndex(path) !== index) rewriteWal(path);
      database.run("ROLLBACK");
    });
  } finally {
    connection.close();
  }
}

/**
 * Tells the index of the write-ahead log from one that was made since: a process that finds nobody else at work makes it
 * anew, from what there is in the log.
 */
function walIndex(path: string): string {
  const found = statSync(`${path}-shm`, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.ino} ${found.ctimeNs}` : "";
}

/** SQLite's name for it (https://www.sqlite.org/wal.html). */
function walOf(path: string): string {
  return `${path}-wal`;
}
