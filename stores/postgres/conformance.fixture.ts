import { describe, test } from "node:test";
import { storeConformance } from "@plinth/testing/conformance";
import { noPostgres, type PostgresSource, sharedPostgres } from "../../servers/postgres.ts";
import { postgresStore } from "./index.ts";
import { dropSchema, freshSchema } from "./samples.fixture.ts";

/** So that the stores of all tests that run at once fit on one server. */
const CONNECTIONS_MAX = 4;

/** Declares the conformance suite on the server of a source, with one schema per store in one database. */
export function conformanceOn(
  source: PostgresSource,
  about: string,
  reach: (database: string) => Promise<string> = async (url) => url,
  skip: string | false = false,
): void {
  const reason = noPostgres(source) || skip;
  if (reason) return void test(about, { skip: reason });
  let reached: Promise<string> | null = null;
  const start = async () => reach(await (await sharedPostgres(source)).createDatabase());
  describe(about, () =>
    storeConformance(
      async (options) => {
        reached ??= start();
        const url = freshSchema(await reached);
        const open = (more: object = {}) =>
          postgresStore({ connectionsMax: CONNECTIONS_MAX, ...options, ...more, url });
        return {
          store: await open(),
          reopen: open,
          outside: { module: new URL("./outside.fixture.ts", import.meta.url), location: url },
          remove: () => dropSchema(url),
        };
      },
      {
        durable: true,
        shared: true,
        clock: "Leases run by the clock of the database.",
        crash: true,
        backup: "A server is backed up by its own tools: pg_dump or a base backup.",
        revision: "What others write is only known by asking the server.",
      },
    ),
  );
}
