import { type CopyOrigin, PlinthError, unfinishedCopy } from "@plinth/ports";

/** What the server says (https://www.postgresql.org/docs/current/protocol-error-fields.html), and what sockets do. */
interface ServerError extends Error {
  /** SQLSTATE, or the name of a system's error. */
  readonly code?: string;
  readonly severity?: string;
}

/** What is wrong and what helps, by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) or its class. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  "08": "The connection to the database was lost.",
  "25006": "The database takes no writes: it is a standby, or set to read only. Name the primary server.",
  "25P03": "The database ended a transaction in which this process had said nothing for too long.",
  "28P01": "The database refuses the password. Look at the user and the password of the URL.",
  "28000":
    "The database does not let this user in. Look at the user of the URL, and at the server's pg_hba.conf.",
  "3D000": "There is no such database on the server. Create it, or name another one in the URL.",
  "42501": "The user may not do this in the database. Grant it the rights, or name another user.",
  "53100": "The disk of the database server is full. Free some space on it.",
  "53200": "The database server is out of memory.",
  "53300":
    "The database server has no connection left. Raise its max_connections, or let this process have fewer.",
  "53": "The database server is short of something that it needs.",
  "55P03": "The database is locked by another process.",
  "57014": "The database took too long to answer.",
  "57P01": "The database server is shutting down.",
  "57P02": "The database server has crashed, and is starting again.",
  "57P03": "The database server is starting.",
  "58": "The database server could not read or write its files. Look into its log.",
  "40P01": "The database ended the statement, which waited for another that waited for it.",
  "40001": "The database ended the statement, since another one came in between.",
  XX001: "A table of the database is damaged. Bring back a backup.",
  XX002: "An index of the database is damaged. Rebuild it with REINDEX.",
};

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    "Nothing answers at the address of the database. Look whether the server runs, and at the URL.",
  ENOTFOUND: "There is no host of this name. Look at the URL of the database.",
  EAI_AGAIN: "The name of the database's host can't be looked up now.",
  ETIMEDOUT: "The database does not answer.",
  EHOSTUNREACH: "There is no way to the host of the database.",
  ENETUNREACH: "There is no way to the host of the database.",
  ECONNRESET: "The connection to the database was lost.",
  EPIPE: "The connection to the database was lost.",
};

/** The SQLSTATE by which `append` says that the schema holds an unfinished copy; the message is what of, as JSON. */
export const UNFINISHED_COPY = "PL001";

/** Any error as one of the closed list: `unavailable` where the server or the way to it is at fault, otherwise `internal`. */
export function failureOf(error: unknown): PlinthError {
  if (error instanceof PlinthError) return error;
  const { code = "", message = String(error), severity } = error as ServerError;
  if (severity === undefined)
    return new PlinthError("unavailable", wordsOfNetwork(code, message), { cause: error });
  if (code === UNFINISHED_COPY) return unfinishedCopy(JSON.parse(message) as CopyOrigin);
  const words = UNAVAILABLE[code] ?? UNAVAILABLE[code.slice(0, 2)];
  if (words) return new PlinthError("unavailable", words, { cause: error });
  return new PlinthError("internal", `The database refused: ${message}.`, { cause: error });
}

/** What the driver throws itself has no code, but for the network's. */
function wordsOfNetwork(code: string, message: string): string {
  if (NETWORK[code]) return NETWORK[code];
  if (/timeout/i.test(message)) return "The database does not answer, or all connections to it are in use.";
  if (/terminated|not queryable|ended/i.test(message)) return "The connection to the database was lost.";
  return `The database cannot be used: ${message.replace(/\.$/, "")}.`;
}

/** The SQLSTATE that a failure came from; empty where it is none of the server's. */
export function sqlState(failure: unknown): string {
  const { code } = ((failure as Error).cause ?? {}) as ServerError;
  return code ?? "";
}
