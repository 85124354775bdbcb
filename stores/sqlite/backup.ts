import { closeSync, openSync, rmSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { type Backup, PlinthError } from "@plinth/ports";
import { failureOf } from "./failures.ts";

/** Pages between two reports: 8 MiB. */
const PAGES_PER_STEP = 1024;

/**
 * Copies the file page by page, off the calling thread, as it was when the copy began: the read transaction
 * that stays open around it holds that moment, without it every write would begin the copy anew. Writers go on
 * meanwhile; what they write stays in the write-ahead log until the copy is done.
 */
export function fileBackup(source: string, refuseClosed: () => void): Backup {
  return async (path, onProgress) => {
    refuseClosed();
    reserve(path);
    try {
      await copy(source, path, onProgress);
    } catch (error) {
      rmSync(path, { force: true });
      throw failureOf(error);
    }
  };
}

async function copy(
  source: string,
  path: string,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    database.exec("BEGIN; SELECT 1 FROM sqlite_schema");
    await backup(database, path, {
      rate: PAGES_PER_STEP,
      progress: ({ totalPages, remainingPages }) => onProgress(1 - remainingPages / totalPages),
    });
    onProgress(1);
  } finally {
    database.close();
  }
}

/** Makes the file, so that nobody else's is ever written over. Readable for its owner alone. */
function reserve(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new PlinthError("already_exists", "The backup's file exists already.", { cause: error });
    throw new PlinthError("unavailable", "The backup's file cannot be made.", { cause: error });
  }
}
