import { APPEND, CHANGE_STREAMS, JUDGE_REST, LAST_POSITION } from "./append.ts";
import { ADD_PARTITION, FOUNDATION, IS_LONG, MAKE_STATE_TABLE, SORT_KEY } from "./foundation.ts";

/** A step from one format of the schema to the next, done in one transaction. */
export interface Migration {
  readonly format: number;
  /** The oldest format whose programs may still serve after this step. */
  readonly servesFrom: number;
  readonly describe: string;
  /** The schema is the first in the search path. */
  readonly sql: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    format: 1,
    servesFrom: 1,
    describe: "the log, and what is made of it",
    sql: [
      FOUNDATION,
      ADD_PARTITION,
      MAKE_STATE_TABLE,
      SORT_KEY,
      IS_LONG,
      LAST_POSITION,
      JUDGE_REST,
      CHANGE_STREAMS,
      APPEND,
    ],
  },
];

/** What this program reads and writes. */
export const FORMAT: number = MIGRATIONS.at(-1)!.format;
