import { createHash } from "node:crypto";
import type { Connections, Session } from "./connection.ts";
import { sqlState } from "./failures.ts";
import { quoted } from "./identifiers.ts";
import { type Documents, isLongOf, sortKeyOf } from "./lists.ts";

/** An index that is to be there, by its name, and what follows `CREATE INDEX <name>` or `CREATE INDEX CONCURRENTLY <name>`. */
interface Index {
  readonly name: string;
  readonly definition: string;
}

/** What is there, and whether anyone builds indexes of the table now. */
interface Found {
  readonly hasTable: boolean;
  readonly valid: readonly string[];
  /** Left behind by who failed at it, or still being built. */
  readonly invalid: readonly string[];
  readonly isBusy: boolean;
}

/** Only maintenance of a table takes this lock; autovacuum gives way to others. */
const LOOK = `
  SELECT to_regclass($1) IS NOT NULL,
         ARRAY(
           SELECT relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
           WHERE indrelid = to_regclass($1) AND indisvalid
         ),
         ARRAY(
           SELECT relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
           WHERE indrelid = to_regclass($1) AND NOT indisvalid
         ),
         EXISTS (
           SELECT FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
           WHERE relation = to_regclass($1) AND mode = 'ShareUpdateExclusiveLock'
             AND locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND backend_type IS DISTINCT FROM 'autovacuum worker'
         )`;

/** Held by whoever builds an index without blocking writers, for as long as that takes. */
const LOCK = (table: string) => `LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`;

/** Who waits to drop an index holds up all who come later to the table. */
const GIVE_UP_SOON = "SET LOCAL lock_timeout = '2s'";

const IS_INVALID = `
  SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indrelid = to_regclass($1) AND NOT indisvalid AND relname = $2`;

const DROP = (schema: string, { name }: Index) => `DROP INDEX ${schema}.${quoted(name)}`;

const WAIT = "SELECT pg_sleep(0.2)";

/** Another has made the same at the same time, or stood in the way: look again. */
const CROSSED = ["23505", "42P06", "42P07", "42710", "42704", "40P01", "55P03"];
/** How often that may happen in a row before it is a fault. */
const CROSSED_MAX = 20;

const IDENTIFIER_MAX = 63;
const HASH_LENGTH = 8;

/**
 * Makes sure that a table is there, with indexes for its fields. Writers are not blocked where it has rows already, and many
 * processes may ask for the same at once.
 * @param make makes the table; resolves to false where it is there by now.
 */
export async function prepareTable(
  connections: Connections,
  documents: Documents,
  fields: readonly string[],
  make: (session: Session) => Promise<boolean>,
): Promise<void> {
  const indexes = [...new Set(fields)].flatMap((field) => indexesOf(documents, field));
  for (let crossed = 0; ; )
    try {
      if (await takeStep(connections, documents, indexes, make)) return;
    } catch (error) {
      if (!CROSSED.includes(sqlState(error)) || ++crossed > CROSSED_MAX) throw error;
      await connections.rows(WAIT);
    }
}

/** Makes what is missing first. Resolves to true where nothing is. */
async function takeStep(
  connections: Connections,
  documents: Documents,
  indexes: readonly Index[],
  make: (session: Session) => Promise<boolean>,
): Promise<boolean> {
  const found = await look(connections, documents);
  if (!found.hasTable)
    return connections.transaction(async (session) => {
      if (!(await make(session))) return false;
      for (const { name, definition } of indexes)
        await session.run(`CREATE INDEX ${quoted(name)} ${definition}`);
      return true;
    });
  const missing = indexes.find(({ name }) => !found.valid.includes(name));
  if (!missing) return true;
  if (found.isBusy) await connections.rows(WAIT);
  else if (found.invalid.includes(missing.name)) await dropInvalid(connections, documents, missing);
  else await connections.runLong(`CREATE INDEX CONCURRENTLY ${quoted(missing.name)} ${missing.definition}`);
  return false;
}

async function look(connections: Connections, { tables, table }: Documents): Promise<Found> {
  const row = await connections.first<[boolean, string[], string[], boolean]>(LOOK, [tables.named(table)]);
  const [hasTable, valid, invalid, isBusy] = row!;
  return { hasTable, valid, invalid, isBusy };
}

/** Not concurrently: that would be done to whatever another has made of it meanwhile. */
function dropInvalid(connections: Connections, { tables, table }: Documents, index: Index): Promise<void> {
  return connections.transaction(async (session) => {
    await session.run(GIVE_UP_SOON);
    await session.run(LOCK(tables.named(table)));
    const isStill = await session.first(IS_INVALID, [tables.named(table), index.name]);
    if (isStill) await session.run(DROP(tables.schema, index));
  });
}

/** One for values that are short enough for it, and one that finds the others. */
function indexesOf(documents: Documents, field: string): readonly Index[] {
  const table = documents.tables.named(documents.table);
  const isLong = isLongOf(documents, field);
  return [
    {
      name: indexName(documents.table, "by", field),
      definition: `ON ${table} (tenant, ${sortKeyOf(documents, field)}, key) WHERE NOT ${isLong}`,
    },
    {
      name: indexName(documents.table, "long", field),
      definition: `ON ${table} (tenant) WHERE ${isLong}`,
    },
  ];
}

/** Begins with the names of table and field, as far as they fit. The hash tells apart what looks the same then. */
function indexName(table: string, kind: string, field: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([table, kind, field]))
    .digest("hex");
  const start = `${table}_${kind}_${field}`.replace(/\W+/g, "_").slice(0, IDENTIFIER_MAX - HASH_LENGTH - 1);
  return `${start}_${hash.slice(0, HASH_LENGTH)}`;
}
