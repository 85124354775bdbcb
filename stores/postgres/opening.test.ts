import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it, type TestContext } from "node:test";
import type { PlinthError } from "@plinth/ports";
import { noPostgres, sharedPostgres } from "../../servers/postgres.ts";
import { migratePostgres, postgresStore } from "./index.ts";
import { clock, databaseOf, freshUrl, opened, query, schemaOf } from "./samples.fixture.ts";

const skip = noPostgres("bundled");

/** The same URL but for one part. */
function but(
  url: string,
  part: Partial<Pick<URL, "username" | "password" | "pathname" | "port" | "hostname">>,
): string {
  return Object.assign(new URL(url), part).href;
}

/** What opening a store rejects with: always `unavailable`, within the time that it may take. */
async function refusal(url: string, create = true): Promise<string> {
  const began = performance.now();
  const error = await postgresStore({ url, clock, create, connectMs: 2000 }).then(
    () => assert.fail("It opened."),
    (error: PlinthError) => error,
  );
  assert.equal(error.code, "unavailable", error.message);
  assert.ok(performance.now() - began < 20_000, "it took too long to say so");
  assert.doesNotMatch(error.message, /postgres:\/\//, "no URL, and so no password, is told");
  return error.message;
}

/** A port of this machine that takes connections and never says a word. */
async function silentPort(t: TestContext): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return String((server.address() as { port: number }).port);
}

describe("a store that can't be opened says what is wrong", { skip }, () => {
  it("where nothing listens", async (t) => {
    assert.match(await refusal(but(await freshUrl(t), { port: "1" })), /Nothing answers at the address/);
  });

  it("where the host has no such name", async (t) => {
    const words = await refusal(but(await freshUrl(t), { hostname: "nowhere.invalid" }));
    assert.match(words, /no host of this name|can't be looked up/);
  });

  it("where something listens that is no database", async (t) => {
    assert.match(await refusal(but(await freshUrl(t), { port: await silentPort(t) })), /does not answer/);
  });

  it("where the password is wrong, or the user unknown", async (t) => {
    const url = await freshUrl(t);
    assert.match(await refusal(but(url, { password: "wrong" })), /refuses the password/);
    assert.match(
      await refusal(but(url, { username: "nobody" })),
      /refuses the password|does not let this user in/,
    );
  });

  it("where the database is not there", async (t) => {
    assert.match(await refusal(but(await freshUrl(t), { pathname: "/nowhere" })), /no such database/);
  });

  it("where the user may make no schema, and nothing is half made", async (t) => {
    const url = await freshUrl(t);
    const server = await sharedPostgres("bundled");
    const role = `guest_${schemaOf(url)}`;
    await server.query(`CREATE ROLE ${role} LOGIN PASSWORD 'guest'`);
    t.after(() => server.query(`DROP ROLE ${role}`));
    const words = await refusal(but(url, { username: role, password: "guest" }));
    assert.match(words, /may not do this/);
    assert.deepEqual(await query(url, "SELECT FROM pg_namespace WHERE nspname = $1", [schemaOf(url)]), []);
  });

  it("where there is no schema and none may be made", async (t) => {
    const url = await freshUrl(t);
    assert.match(await refusal(url, false), /no schema .* Make it with plinth migrate/);
    assert.deepEqual(await query(url, "SELECT FROM pg_namespace WHERE nspname = $1", [schemaOf(url)]), []);
  });

  it("where the schema is newer than the program", async (t) => {
    const { store, url } = await opened(t);
    await store.close();
    await query(url, "INSERT INTO migrations (format, serves_from, describe) VALUES (99, 98, 'the future')");
    assert.match(await refusal(url), /made by a newer Plinth: it has format 99/);
    await assert.rejects(migratePostgres({ url }), /newer Plinth/);
  });

  const unfit = [
    [
      "default_transaction_isolation",
      "serializable",
      /default_transaction_isolation is serializable; it must be read committed/,
    ],
    ["synchronous_commit", "off", /synchronous_commit is off/],
  ] as const;
  for (const [setting, value, words] of unfit)
    it(`where ${setting} is ${value}`, async (t) => {
      const { store, url } = await opened(t);
      await store.close();
      const name = databaseName(url);
      await query(url, `ALTER DATABASE "${name}" SET ${setting} TO '${value}'`);
      t.after(() => query(url, `ALTER DATABASE "${name}" RESET ${setting}`));
      assert.match(await refusal(url), words);
    });

  for (const url of [
    "postgres://db",
    "mysql://db/app",
    "postgres://db/app?schema=pg_x",
    "postgres://db/app?schema=A-b",
  ])
    it(`where the URL is ${url}`, async () => {
      await assert.rejects(
        postgresStore({ url, clock }),
        ({ code, message }: PlinthError) =>
          code === "invalid_argument" && /Name the database|Write postgres|small letters/.test(message),
      );
    });
});

describe("a schema", { skip }, () => {
  it("is made once, however many make it at the same time", async (t) => {
    for (let time = 0; time < 5; time++) {
      const url = await freshUrl(t);
      const steps = await Promise.all(Array.from({ length: 8 }, () => migratePostgres({ url })));
      assert.equal(steps.flat().length, 1);
      const { store } = await opened(t, { url });
      await store.check();
    }
  });

  it("is opened by many at the same time that it is missing", async (t) => {
    const url = await freshUrl(t);
    const stores = await Promise.all(Array.from({ length: 4 }, () => opened(t, { url, connectionsMax: 2 })));
    assert.deepEqual(await Promise.all(stores.map(({ store }) => store.log.head())), [0, 0, 0, 0]);
  });

  it("that a newer program may still be served beside is served", async (t) => {
    const { store, url } = await opened(t);
    await store.close();
    await query(
      url,
      "INSERT INTO migrations (format, serves_from, describe) VALUES (2, 1, 'something more')",
    );
    assert.deepEqual(await migratePostgres({ url }), []);
    const again = await opened(t, { url });
    await again.store.check();
  });

  it("stands apart from another in the same database", async (t) => {
    const [one, other] = [await opened(t), await opened(t)];
    const lease = await one.store.subscriptions.acquire("balances", 0, "node-a", 1000);
    assert.ok(lease);
    assert.deepEqual(await other.store.subscriptions.list(), []);
    assert.equal(databaseOf(one.url), databaseOf(other.url));
  });
});

function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}
