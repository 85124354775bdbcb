import type { Database, Value } from "./connection.ts";
import { faultOf } from "./inspection.ts";
import { transferReads } from "./transferReads.ts";

/** A statement and what it is given, but for its last parameter: how many rows are wanted. */
export interface Query {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Everything that the reader does. */
export const READS = { page, inspect: faultOf, ...transferReads };

/** The rows of these queries one after another, as seen at one moment, until there are `limit` of them. */
function page(database: Database, queries: readonly Query[], limit: number): Value[][] {
  return database.atOnce(() => {
    const rows: Value[][] = [];
    for (const { sql, values } of queries) {
      if (rows.length >= limit) break;
      for (const row of database.arrays(sql, ...values, limit - rows.length)) rows.push(row);
    }
    return rows;
  });
}
