import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { PlinthError } from "@plinth/ports";
import pg from "pg";
import { noPostgres, sharedPostgres } from "../../servers/postgres.ts";
import { startProxy } from "../../servers/proxy.ts";
import { clock, databaseOf, freshUrl, opened, query, schemaOf } from "./samples.fixture.ts";

const HOUR_MS = 3_600_000;
const TTL_MS = 1000;
const TABLE = { view: "balances", generation: 1 };

describe("leases by the clock of the database", { skip: noPostgres("bundled"), concurrency: 4 }, () => {
  test("run out, and then have no power once another has taken them", async (t) => {
    const { store, url } = await opened(t);
    const other = (await opened(t, { url })).store;
    await store.rows.create(TABLE, []);
    const { lease: old } = (await store.subscriptions.acquire("balances", 0, "node-a", TTL_MS))!;
    assert.equal(await other.subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
    await pause(TTL_MS + 50);
    assert.equal(
      await store.subscriptions.advance({ lease: old, position: 3 }),
      true,
      "nobody has taken it yet",
    );
    const { lease, position } = (await other.subscriptions.acquire("balances", 0, "node-b", HOUR_MS))!;
    assert.equal(position, 3);
    assert.ok(lease.token > old.token);
    const late = { lease: old, position: 9 };
    const row = { tenant: "main", key: "k", row: "{}", position: 9 };
    assert.equal(await store.subscriptions.renew(old, TTL_MS), false);
    assert.equal(await store.subscriptions.advance(late), false);
    assert.equal(await store.rows.write(TABLE, [row], late), false);
    assert.equal(await store.parks.write({ put: [], change: [], remove: [1] }, late), false);
    assert.equal(await store.rows.get(TABLE, "main", "k"), null);
    assert.equal((await store.subscriptions.list())[0]!.position, 3);
  });

  test("are renewed after they have run out, as long as nobody has taken them", async (t) => {
    const { subscriptions } = (await opened(t)).store;
    const { lease } = (await subscriptions.acquire("balances", 0, "node-a", 1))!;
    await pause(50);
    assert.equal(await subscriptions.renew(lease, HOUR_MS), true);
    assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
    assert.deepEqual((await subscriptions.acquire("balances", 0, "node-a", HOUR_MS))?.lease, lease);
  });

  test("are the same to a process whose clock is an hour off", async (t) => {
    const url = await freshUrl(t);
    const fast = (await opened(t, { url, clock: { ...clock, now: () => Date.now() + HOUR_MS } })).store;
    const slow = (await opened(t, { url, clock: { ...clock, now: () => Date.now() - HOUR_MS } })).store;
    for (const [shard, [one, other]] of [
      [fast, slow],
      [slow, fast],
    ].entries()) {
      await one!.subscriptions.acquire("balances", shard, "node-a", HOUR_MS / 2);
      assert.equal(await other!.subscriptions.acquire("balances", shard, "node-b", TTL_MS), null);
    }
    const [server] = await query<{ now: number }>(
      url,
      "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now",
    );
    for (const { expiresAt } of await slow.subscriptions.list()) {
      const left = expiresAt - server!.now;
      assert.ok(left > HOUR_MS / 2 - 60_000 && left <= HOUR_MS / 2, `${left} ms are left`);
    }
  });

  test("go to one owner each, under tokens that are given once, however many ask", async (t) => {
    const url = await freshUrl(t);
    const stores = await Promise.all([1, 2, 3].map(async () => (await opened(t, { url })).store));
    const shards = Array.from({ length: 20 }, (_, shard) => shard);
    const asked = stores.flatMap(({ subscriptions }, at) =>
      shards.map((shard) => subscriptions.acquire("balances", shard, `node-${at}`, HOUR_MS)),
    );
    const given = (await Promise.all(asked)).flatMap((checkpoint) => checkpoint?.lease ?? []);
    assert.deepEqual(
      given.map(({ shard }) => shard).sort((a, b) => a - b),
      shards,
    );
    assert.equal(new Set(given.map(({ token }) => token)).size, shards.length);
  });

  test("have a new token for their owner where a write has had no answer", async (t) => {
    const proxy = await startProxy((await sharedPostgres("bundled")).port);
    t.after(() => proxy.remove());
    const direct = await freshUrl(t);
    const { subscriptions } = (await opened(t, { url: proxy.url(direct) })).store;
    const { lease } = (await subscriptions.acquire("balances", 0, "node-a", HOUR_MS))!;
    const holder = new pg.Client({ connectionString: databaseOf(direct) });
    await holder.connect();
    t.after(() => holder.end());
    await holder.query(`BEGIN; SELECT FROM ${schemaOf(direct)}.subscriptions FOR UPDATE`);
    const unanswered = assert.rejects(
      subscriptions.advance({ lease, position: 5 }),
      (error: PlinthError) => error.code === "unavailable",
    );
    await isWaiting(direct);
    proxy.drop();
    await unanswered;
    const again = subscriptions.acquire("balances", 0, "node-a", HOUR_MS);
    await holder.query("COMMIT");
    const { lease: next, position } = (await again)!;
    assert.ok(next.token > lease.token);
    assert.equal(await subscriptions.advance({ lease, position: 9 }), false, "what comes late is refused");
    assert.equal((await subscriptions.list())[0]!.position, position);
  });
});

/** Resolves when a statement waits for a row that someone else has locked. */
async function isWaiting(url: string): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${schemaOf(url)}".subscriptions%'`;
  while ((await query(url, waiting)).length === 0) await pause(20);
}
