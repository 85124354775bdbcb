import type { Database } from "./connection.ts";
import type { Known } from "./known.ts";

/** What the operations of the writer run on: a transaction that has begun and that others may share. */
export interface Transaction {
  readonly database: Database;
  readonly known: Known;
}
