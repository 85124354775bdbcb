import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { PlinthError, Store } from "@plinth/ports";
import pg from "pg";
import { noPostgres } from "../../servers/postgres.ts";
import { databaseOf, freshUrl, opened, query, schemaOf } from "./samples.fixture.ts";

const TABLE = { view: "balances", generation: 1 };
const STATEMENT_MS = 1000;

interface Index {
  readonly name: string;
  readonly valid: boolean;
}

describe("indexes of fields", { skip: noPostgres("bundled"), concurrency: 2 }, () => {
  test("are made once, however many ask at once, and while others write", async (t) => {
    const url = await freshUrl(t);
    const stores = await Promise.all([1, 2, 3].map(async () => (await opened(t, { url })).store));
    const asked = stores.flatMap((store, at) => [
      store.rows.create(TABLE, ["a", "b"]),
      store.states.index("account", ["a", "b"]),
      store.states.index("account", ["b", "c"]),
      deposit(store, `${at}`),
    ]);
    await Promise.all(asked);
    assert.deepEqual(await indexesOf(url, "view_balances_1"), validOnes("view_balances_1", ["a", "b"]));
    assert.deepEqual(await indexesOf(url, "state_account"), validOnes("state_account", ["a", "b", "c"]));
  });

  test("have names of their own, whatever the fields are called", async (t) => {
    const { store, url } = await opened(t);
    const fields = [
      "a.b",
      "a b",
      "a_b",
      "it's",
      'say "so"',
      "é",
      "è",
      "x".repeat(200),
      `${"x".repeat(199)}y`,
      "by_a",
    ];
    await store.rows.create(TABLE, fields);
    await store.rows.create(TABLE, fields);
    const found = await indexesOf(url, "view_balances_1");
    assert.equal(found.length, 2 * fields.length);
    assert.ok(found.every(({ valid }) => valid));
  });

  test("of a table with rows are made while it is written to, for as long as that takes", async (t) => {
    const { store, url } = await opened(t, { statementMs: STATEMENT_MS });
    const write = await writerOf(store);
    await write(1);
    const release = await hold(t, url);
    const made = store.rows.create(TABLE, ["a"]);
    await isBeingMade(url);
    await pause(STATEMENT_MS + 500);
    await write(2);
    assert.deepEqual(
      (await indexesOf(url, "view_balances_1")).map(({ valid }) => valid),
      [false],
    );
    await release();
    await made;
    assert.deepEqual(await indexesOf(url, "view_balances_1"), validOnes("view_balances_1", ["a"]));
  });

  test("that another makes are waited for", async (t) => {
    const { store, url } = await opened(t);
    const other = (await opened(t, { url })).store;
    await (await writerOf(store))(1);
    const release = await hold(t, url);
    const made = [store.rows.create(TABLE, ["a"])];
    await isBeingMade(url);
    made.push(other.rows.create(TABLE, ["a", "b"]));
    assert.equal(await Promise.race([...made, pause(500, "nothing")]), "nothing");
    await release();
    await Promise.all(made);
    assert.deepEqual(await indexesOf(url, "view_balances_1"), validOnes("view_balances_1", ["a", "b"]));
  });

  test("that someone failed at are made anew", async (t) => {
    const { store, url } = await opened(t);
    await (await writerOf(store))(1);
    const release = await hold(t, url);
    const failed = assert.rejects(
      store.rows.create(TABLE, ["a"]),
      (error: PlinthError) => error.code === "unavailable",
    );
    await isBeingMade(url);
    await query(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1", [
      `CREATE INDEX CONCURRENTLY%${schemaOf(url)}%`,
    ]);
    await failed;
    await release();
    assert.deepEqual(
      (await indexesOf(url, "view_balances_1")).map(({ valid }) => valid),
      [false],
    );
    await Promise.all([store.rows.create(TABLE, ["a"]), store.rows.create(TABLE, ["a"])]);
    assert.deepEqual(await indexesOf(url, "view_balances_1"), validOnes("view_balances_1", ["a"]));
  });
});

/** Those of fields, as table, kind and field, without the hash; in order. */
async function indexesOf(url: string, table: string): Promise<readonly Index[]> {
  const found = await query<Index>(
    url,
    `SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE indrelid = to_regclass($1) AND relname ~ '_[0-9a-f]{8}$' ORDER BY relname`,
    [table],
  );
  return found.map(({ name, valid }) => ({ name: name.slice(0, -9), valid }));
}

function validOnes(table: string, fields: readonly string[]): readonly Index[] {
  const names = ["by", "long"].flatMap((kind) => fields.map((field) => `${table}_${kind}_${field}`));
  return names.map((name) => ({ name, valid: true }));
}

/** A table without indexes of fields, and how a row of it is written. */
async function writerOf(store: Store): Promise<(position: number) => Promise<void>> {
  await store.rows.create(TABLE, []);
  const { lease } = (await store.subscriptions.acquire("balances", 0, "node-a", 60_000))!;
  return async (position) => {
    const change = { tenant: "main", key: "k", row: `{"a":${position}}`, position };
    assert.ok(await store.rows.write(TABLE, [change], { lease, position }));
  };
}

/** Someone who has changed the table and does not say yet whether it stays: an index waits for that. */
async function hold(t: TestContext, url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseOf(url) });
  await client.connect();
  t.after(() => client.end());
  await client.query(`BEGIN; INSERT INTO ${schemaOf(url)}.view_balances_1 VALUES ('main', 'held', '{}', 1)`);
  return async () => void (await client.query("COMMIT"));
}

async function isBeingMade(url: string): Promise<void> {
  while ((await indexesOf(url, "view_balances_1")).length === 0) await pause(20);
}

async function deposit({ log }: Store, id: string): Promise<void> {
  await log.append([
    {
      stream: { tenant: "main", entity: "account", id },
      expectedVersion: 0,
      events: [{ type: "account.deposited", data: "{}" }],
      state: '{"a":1}',
      command: null,
      unique: [],
      conditions: [],
      at: "2030-01-01T00:00:00.000Z",
      actor: "eva",
      trace: null,
    },
  ]);
}
