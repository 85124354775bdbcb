/** What the tests of this package work with. */
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import type { Clock, Commit, Store } from "@plinth/ports";
import pg from "pg";
import { sharedPostgres } from "../../servers/postgres.ts";
import { type PostgresStoreOptions, postgresStore } from "./index.ts";

/** The machine's own time. */
export const clock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** A commit of so many events to a stream of an entity, decided on a version. */
export function commitOf(id: string, version: number, events: number, entity = "account"): Commit {
  return {
    stream: { tenant: "main", entity, id },
    expectedVersion: version,
    events: Array.from({ length: events }, () => ({ type: `${entity}.deposited`, data: "{}" })),
    state: null,
    command: null,
    unique: [],
    conditions: [],
    at: "2030-01-01T00:00:00.000Z",
    actor: "eva",
    trace: null,
  };
}

/** A schema of its own in a database, as the URL of a store. */
export function freshSchema(database: string): string {
  const url = new URL(database);
  url.searchParams.set("schema", `test_${randomBytes(8).toString("hex")}`);
  return url.href;
}

/** The name of the schema that a store's URL names. */
export function schemaOf(url: string): string {
  return new URL(url).searchParams.get("schema")!;
}

/** Runs one statement in the database of a store, on a connection of its own, with the store's schema first in its path. */
export async function query<Row extends object>(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseOf(url) });
  await client.connect();
  try {
    await client.query(`SET search_path TO ${schemaOf(url)}`);
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** The URL without what is Plinth's. */
export function databaseOf(url: string): string {
  const database = new URL(url);
  database.searchParams.delete("schema");
  return database.href;
}

export async function dropSchema(url: string): Promise<void> {
  await query(url, `DROP SCHEMA IF EXISTS ${schemaOf(url)} CASCADE`);
}

/** A store in a schema of its own, on the server that comes with npm, which is closed and dropped when the test ends. */
export async function opened(
  t: TestContext,
  options: Partial<PostgresStoreOptions> = {},
): Promise<{ store: Store; url: string }> {
  const url = options.url ?? (await freshUrl(t));
  const store = await postgresStore({ clock, ...options, url });
  t.after(() => store.close());
  return { store, url };
}

/** A schema of its own on the server that comes with npm, dropped when the test ends. */
export async function freshUrl(t: TestContext): Promise<string> {
  const url = freshSchema(await bundledDatabase());
  t.after(() => dropSchema(url));
  return url;
}

let database: Promise<string> | null = null;

/** One database for all tests of a process. */
function bundledDatabase(): Promise<string> {
  database ??= sharedPostgres("bundled").then((server) => server.createDatabase());
  return database;
}
