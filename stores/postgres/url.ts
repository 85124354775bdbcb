import { PlinthError } from "@plinth/ports";

/** Where a store is. */
export interface Location {
  /** As the driver takes it. */
  readonly url: string;
  readonly schema: string;
  /** A standby of the same server, as the driver takes it; null where none is named. */
  readonly replicaUrl: string | null;
}

const SCHEMA = "plinth";
/** Parameters that are none of the driver's. */
const OWN = ["schema", "replica"];
/** Index names are made of the names of tables, never of the schema's. */
const SCHEMA_MAX = 63;

/**
 * Takes what is Plinth's out of the URL of a database. The replica's URL may be in it, or beside it.
 * @throws PlinthError `invalid_argument` where one of them is none.
 */
export function location(text: string, replicaUrl?: string): Location {
  const url = databaseUrl(text, "");
  const schema = url.searchParams.get("schema") ?? SCHEMA;
  if (!/^[a-z_][a-z0-9_]*$/.test(schema) || schema.length > SCHEMA_MAX || schema.startsWith("pg_"))
    throw new PlinthError(
      "invalid_argument",
      `A schema is named by small letters, digits and _, at most ${SCHEMA_MAX}, and does not begin with pg_.`,
    );
  const replica = replicaUrl ?? url.searchParams.get("replica");
  for (const name of OWN) url.searchParams.delete(name);
  return { url: url.href, schema, replicaUrl: replica === null ? null : replicaOf(url, replica) };
}

/** The way to the replica is as safe as the one to the primary: what its URL does not say of TLS, the primary's says. */
function replicaOf(primary: URL, text: string): string {
  const url = databaseUrl(text, "The replica: ");
  for (const name of OWN) url.searchParams.delete(name);
  for (const [name, value] of primary.searchParams)
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  return url.href;
}

function databaseUrl(text: string, which: string): URL {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new PlinthError("invalid_argument", `${which}Write postgres://user:password@host:5432/database.`);
  if (url.pathname.length < 2)
    throw new PlinthError(
      "invalid_argument",
      `${which}Name the database: postgres://user:password@host:5432/database.`,
    );
  return url;
}
