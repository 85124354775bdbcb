import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** A transaction in a write-ahead log: from its first byte to the one behind its last. */
export interface Written {
  readonly from: number;
  readonly to: number;
}

/** The transactions of a write-ahead log, in order. */
export function transactions(log: Buffer): readonly Written[] {
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  const found: Written[] = [];
  let from = HEADER_BYTES;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    const isCommit = log.readUInt32BE(at + 4) !== 0;
    if (isCommit) found.push({ from, to: at + frameBytes });
    if (isCommit) from = at + frameBytes;
  }
  return found;
}

/** The last position in a database file with this write-ahead log. */
function headOf(database: string, log: Buffer): number {
  const folder = mkdtempSync(join(tmpdir(), "plinth-head-"));
  const path = join(folder, "app.db");
  copyFileSync(database, path);
  writeFileSync(`${path}-wal`, log);
  const opened = new DatabaseSync(path);
  const { head } = opened.prepare("SELECT coalesce(max(position), 0) AS head FROM events").get() as {
    head: number;
  };
  opened.close();
  rmSync(folder, { recursive: true });
  return head;
}

/** The transaction that brought the last event, and the log up to its end: what comes behind is no answer to anyone. */
export function lastAppend(database: string): { log: Buffer; last: Written } {
  const log = readFileSync(`${database}-wal`);
  const all = transactions(log);
  const head = headOf(database, log);
  for (let index = all.length - 1; index >= 0; index--) {
    const last = all[index]!;
    if (headOf(database, log.subarray(0, last.from)) < head) return { log: log.subarray(0, last.to), last };
  }
  throw new Error("No event is in the write-ahead log.");
}
