import { type ErrorCode, PlinthError } from "@plinth/ports";

/** What SQLite throws: `errcode` is its extended result code (https://www.sqlite.org/rescode.html). */
interface SqliteError extends Error {
  readonly errcode: number;
}

/** The primary result codes that say the file cannot be used now, in words. */
const UNAVAILABLE: Readonly<Record<number, string>> = {
  5: "The database file is locked by another process.",
  6: "The database file is locked by another connection.",
  7: "There is not enough memory for the database.",
  8: "The database file may not be written.",
  10: "The database file could not be read or written: the disk reports an error.",
  11: "The database file is damaged.",
  13: "The disk that the database file is on is full.",
  14: "The database file cannot be opened.",
  23: "Access to the database file is denied.",
  26: "The file is not a database.",
};

/** Those after which another process may only have to finish its work: the connection itself is sound. */
const LOCKED: readonly number[] = [5, 6];

/** Any error as one of the closed list: `unavailable` where the file is at fault, otherwise `internal`. */
export function failureOf(error: unknown): PlinthError {
  if (error instanceof PlinthError) return error;
  const words = isSqliteError(error) ? UNAVAILABLE[error.errcode & 0xff] : undefined;
  if (words) return new PlinthError("unavailable", words, { cause: error });
  if (isSystemError(error))
    return new PlinthError("unavailable", `The database file cannot be used: ${error.message}.`, {
      cause: error,
    });
  const message = error instanceof Error ? error.message : String(error);
  return new PlinthError("internal", `The database refused: ${message}.`, { cause: error });
}

/** Whether a connection is better opened anew after this failure. */
export function endsConnection({ code, cause }: PlinthError): boolean {
  return code === "unavailable" && isSqliteError(cause) && !LOCKED.includes(cause.errcode & 0xff);
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
