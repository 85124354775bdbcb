import { PlinthError } from "@plinth/ports";
import type { Connections, Session } from "./connection.ts";
import { literal, quoted } from "./identifiers.ts";
import { FORMAT, MIGRATIONS, type Migration } from "./migrations.ts";

/** The oldest server that is tested, as `server_version_num`. */
const SERVER_MIN = 150_000;
/** Who makes the same table at the same time finds one of these (a race that IF NOT EXISTS leaves open); the other has made it. */
const MADE_BY_ANOTHER = ["23505", "42P06", "42P07", "42710"];
/** How often that may happen in a row before it is a fault. */
const ATTEMPTS_MAX = 10;

const LOOK_AT_SERVER = `
  SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_setting('server_encoding'),
         current_setting('default_transaction_isolation'), current_setting('fsync'), current_setting('synchronous_commit'),
         pg_is_in_recovery()`;

const FIND_SCHEMA = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)";

const FIND_TABLE = "SELECT to_regclass($1) IS NOT NULL";

const FORMATS = (schema: string) => `
  SELECT coalesce(max(format), 0), coalesce((array_agg(serves_from ORDER BY format DESC))[1], 0)
  FROM ${quoted(schema)}.migrations`;

const MAKE_SCHEMA = (schema: string) => `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`;

const MAKE_MIGRATIONS = (schema: string) => `
  CREATE TABLE IF NOT EXISTS ${quoted(schema)}.migrations (
    format      integer PRIMARY KEY,
    serves_from integer NOT NULL,
    describe    text NOT NULL,
    at          timestamptz NOT NULL DEFAULT now()
  )`;

const LOCK = (schema: string) => `LOCK TABLE ${quoted(schema)}.migrations IN SHARE ROW EXCLUSIVE MODE`;

const SEARCH = (schema: string) => `SET LOCAL search_path TO ${quoted(schema)}, pg_temp`;

const BEGIN_LOG = (firstPosition: number) => `
  INSERT INTO log (start, partitions_from, partitions_to) VALUES (${firstPosition - 1}, ${firstPosition}, ${firstPosition});
  SELECT add_partition()`;

const NOTE = ({ format, servesFrom, describe }: Migration) =>
  `INSERT INTO migrations (format, serves_from, describe) VALUES (${format}, ${servesFrom}, ${literal(describe)})`;

/**
 * Makes sure that the server can be used and the schema is there, in this program's format or one that goes with it.
 * @throws PlinthError `unavailable` with what is wrong and what helps.
 */
export async function prepareSchema(
  connections: Connections,
  schema: string,
  create: boolean,
  firstPosition: number,
): Promise<void> {
  await checkServer(connections);
  const { format, servesFrom } = await formats(connections, schema);
  if (format > FORMAT && servesFrom > FORMAT) throw newer(schema, format);
  if (format >= FORMAT) return;
  if (!create) throw missing(schema, format);
  await migrate(connections, schema, firstPosition);
}

/** Brings the schema to this program's format; resolves to the steps that were taken. Others may do the same at once. */
export async function migrate(
  connections: Connections,
  schema: string,
  firstPosition: number,
): Promise<readonly Migration[]> {
  await checkServer(connections);
  await makeMigrations(connections, schema);
  return connections.transaction(async (session) => {
    await session.run(LOCK(schema));
    await session.run(SEARCH(schema));
    const { format, servesFrom } = await formats(session, schema);
    if (format > FORMAT && servesFrom > FORMAT) throw newer(schema, format);
    const steps = MIGRATIONS.filter((step) => step.format > format);
    for (const step of steps) {
      for (const sql of step.sql) await session.run(sql);
      if (step.format === 1) await session.run(BEGIN_LOG(firstPosition));
      await session.run(NOTE(step));
    }
    return steps;
  });
}

/** What format the schema has; 0 where it is not there. */
async function formats(session: Session, schema: string) {
  const [isThere] = (await session.first<[boolean]>(FIND_TABLE, [`${quoted(schema)}.migrations`]))!;
  if (!isThere) return { format: 0, servesFrom: 0 };
  const [format, servesFrom] = (await session.first<[number, number]>(FORMATS(schema)))!;
  return { format, servesFrom };
}

async function makeMigrations(connections: Connections, schema: string): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      const [hasSchema] = (await connections.first<[boolean]>(FIND_SCHEMA, [schema]))!;
      if (!hasSchema) await connections.run(MAKE_SCHEMA(schema));
      await connections.run(MAKE_MIGRATIONS(schema));
      return;
    } catch (error) {
      const { code = "" } = ((error as Error).cause ?? {}) as { code?: string };
      if (attempt === ATTEMPTS_MAX || !MADE_BY_ANOTHER.includes(code)) throw error;
    }
}

type ServerRow = [
  number: number,
  version: string,
  encoding: string,
  isolation: string,
  fsync: string,
  synchronous: string,
  standby: boolean,
];

async function checkServer(connections: Connections): Promise<void> {
  const row = (await connections.first<ServerRow>(LOOK_AT_SERVER))!;
  const [number, version, encoding, isolation, fsync, synchronous, standby] = row;
  const faults = [
    number < SERVER_MIN && `The server is PostgreSQL ${version}; version 15 or newer is needed.`,
    encoding !== "UTF8" && `The database keeps text as ${encoding}; create one with ENCODING 'UTF8'.`,
    isolation !== "read committed" &&
      `Its default_transaction_isolation is ${isolation}; it must be read committed.`,
    fsync !== "on" && "The server runs with fsync off, and would lose what it has acknowledged.",
    synchronous === "off" &&
      "Its synchronous_commit is off: it would acknowledge what it may still lose. Set it on for the user or the database.",
    standby && "The server is a standby, which takes no writes. Name the primary server.",
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new PlinthError("unavailable", faults.join(" "));
}

function missing(schema: string, format: number): PlinthError {
  const words =
    format === 0
      ? `There is no schema ${schema} of Plinth in the database. Make it with plinth migrate.`
      : `The schema ${schema} has format ${format}, older than this program's. Bring it up to date with plinth migrate.`;
  return new PlinthError("unavailable", words);
}

function newer(schema: string, format: number): PlinthError {
  const words = `The schema ${schema} was made by a newer Plinth: it has format ${format}, this one knows ${FORMAT}.`;
  return new PlinthError("unavailable", words);
}
