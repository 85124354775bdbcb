import { type ErrorCode, PlinthError } from "@plinth/ports";

/** What SQLite throws: `errcode` is its extended result code (https://www.sqlite.org/rescode.html). */
interface SqliteError extends Error {
  readonly errcode: number;
}

const DAMAGED = "The database file is damaged. Rebuild what is made of the log, or bring back a backup.";

const NO_DATABASE = "The file is not a database, or its beginning is damaged. Bring back a backup.";

const FULL = "The disk that the database file is on is full. Free some space on it.";

/** The primary result codes that say the file cannot be used now, in words: what is wrong, and what helps. */
const UNAVAILABLE: Readonly<Record<number, string>> = {
  5: "The database file is locked by another process.",
  6: "The database file is locked by another connection.",
  7: "There is not enough memory for the database.",
  8: "The database file may not be written. Let this process write to it, to its folder and to their disk.",
  10: "The database file could not be read or written: the disk reports an error. Look into the system's log.",
  11: DAMAGED,
  13: FULL,
  14: "The database file cannot be opened. Look whether its folder is there and may be used.",
  23: "Access to the database file is denied.",
  26: NO_DATABASE,
};

/** What the file system says, as SQLite would have said it. */
const ERRNO: Readonly<Record<string, number>> = {
  EIO: 10,
  ENOSPC: 13,
  EDQUOT: 13,
  EROFS: 8,
  EPERM: 8,
  EACCES: 8,
};

/** Those after which another process may only have to finish its work: the connection itself is sound. */
const LOCKED: readonly number[] = [5, 6];

/** Any error as one of the closed list: `unavailable` where the file is at fault, otherwise `internal`. */
export function failureOf(error: unknown): PlinthError {
  if (error instanceof PlinthError) return error;
  const words = isSqliteError(error) ? UNAVAILABLE[error.errcode & 0xff] : undefined;
  if (words) return new PlinthError("unavailable", words, { cause: error });
  if (isSystemError(error)) return systemFailure(error);
  const message = error instanceof Error ? error.message : String(error);
  return new PlinthError("internal", `The database refused: ${message}.`, { cause: error });
}

function systemFailure(error: NodeJS.ErrnoException): PlinthError {
  const words = UNAVAILABLE[ERRNO[error.code ?? ""] ?? -1];
  return new PlinthError("unavailable", words ?? `The database file cannot be used: ${error.message}.`, {
    cause: error,
  });
}

/** Whether a connection is better opened anew after this failure. */
export function endsConnection({ code, cause }: PlinthError): boolean {
  return code === "unavailable" && isSqliteError(cause) && !LOCKED.includes(cause.errcode & 0xff);
}

/** Whether what is in the file is no longer what was written to it. */
export function isDamage({ message }: PlinthError): boolean {
  return message === DAMAGED || message === NO_DATABASE;
}

/** Whether there was no room for what was to be written. */
export function isFull({ message }: PlinthError): boolean {
  return message === FULL;
}

/** Whether bytes could not be brought to the disk, or from it. Some that were written may then not be there. */
export function isDiskError({ message }: PlinthError): boolean {
  return message === UNAVAILABLE[10];
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && "errcode" in error;
}

/** What `node:fs` throws. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

/** A failure as it travels between threads, where classes are lost. */
export interface SentFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause: string | null;
}

export function sendable({ code, message, cause }: PlinthError): SentFailure {
  return { code, message, cause: cause instanceof Error ? (cause.stack ?? cause.message) : null };
}

export function received({ code, message, cause }: SentFailure): PlinthError {
  return new PlinthError(code, message, cause === null ? {} : { cause });
}
