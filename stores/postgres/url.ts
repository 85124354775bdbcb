import { PlinthError } from "@plinth/ports";

/** Where a store is. */
export interface Location {
  /** As the driver takes it. */
  readonly url: string;
  readonly schema: string;
}

const SCHEMA = "plinth";
/** Index names are made of the names of tables, never of the schema's. */
const SCHEMA_MAX = 63;

/**
 * Takes what is Plinth's out of the URL of a database.
 * @throws PlinthError `invalid_argument` where it is none.
 */
export function location(text: string): Location {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new PlinthError("invalid_argument", "Write postgres://user:password@host:5432/database.");
  if (url.pathname.length < 2)
    throw new PlinthError(
      "invalid_argument",
      "Name the database: postgres://user:password@host:5432/database.",
    );
  const schema = url.searchParams.get("schema") ?? SCHEMA;
  if (!/^[a-z_][a-z0-9_]*$/.test(schema) || schema.length > SCHEMA_MAX || schema.startsWith("pg_"))
    throw new PlinthError(
      "invalid_argument",
      `A schema is named by small letters, digits and _, at most ${SCHEMA_MAX}, and does not begin with pg_.`,
    );
  url.searchParams.delete("schema");
  return { url: url.href, schema };
}
