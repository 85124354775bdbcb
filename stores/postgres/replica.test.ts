import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import type { PlinthError, Store } from "@plinth/ports";
import { noPostgres, sharedPostgres } from "../../servers/postgres.ts";
import { postgresStore } from "./index.ts";
import { clock, freshUrl, opened, schemaOf } from "./samples.fixture.ts";
import { location } from "./url.ts";

const TABLE = { view: "balances", generation: 1 };
const REACHED = { subscription: "view:balances@1", shards: 1, position: 1 };
const ALL = { filters: [], sort: [], after: null, limit: 10 };

/** One row, and the checkpoint that was written with it. */
async function fill(store: Store, n: number): Promise<void> {
  await store.rows.create(TABLE, ["n"]);
  const checkpoint = (await store.subscriptions.acquire(REACHED.subscription, 0, "me", 60_000))!;
  const change = { tenant: "main", key: "k", row: JSON.stringify({ n }), position: 1 };
  await store.rows.write(TABLE, [change], { ...checkpoint, position: 1 });
}

/** What reads that a replica may answer find. */
async function found(store: Store): Promise<unknown[]> {
  const row = await store.rows.get(TABLE, "main", "k", REACHED);
  const rows = await store.rows.list(TABLE, "main", ALL, REACHED);
  return [row, ...rows].map((one) => one && JSON.parse(one.row).n);
}

/** A server of which it is counted how often it is called upon. */
async function called(t: TestContext, onCall: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onCall(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { url: `postgres://me:secret@127.0.0.1:${port}/app`, calls: () => sockets.size };
}

describe("a store with a replica", { skip: noPostgres("bundled") }, () => {
  it("leaves one that fails alone for a while, and tells of it once", async (t) => {
    const { url: replicaUrl, calls } = await called(t, (socket) => socket.destroy());
    let elapsed = 0;
    const told: (PlinthError | null)[] = [];
    const { store } = await opened(t, {
      replicaUrl,
      clock: { ...clock, elapsed: () => elapsed },
      onReplica: (failure) => told.push(failure),
    });
    await fill(store, 1);
    assert.deepEqual(await found(store), [1, 1]);
    assert.equal(calls(), 1);
    elapsed = 4999;
    assert.deepEqual(await found(store), [1, 1]);
    assert.equal(calls(), 1);
    elapsed = 5000;
    assert.deepEqual(await found(store), [1, 1]);
    assert.equal(calls(), 2);
    assert.match(
      told.map((failure) => failure?.message).join(),
      /^The connection to the database was lost\.$/,
    );
    await store.check();
  });

  it("does not ask it for what must be as of now", async (t) => {
    const { url: replicaUrl, calls } = await called(t, (socket) => socket.destroy());
    const { store } = await opened(t, { replicaUrl });
    await fill(store, 1);
    await store.rows.get(TABLE, "main", "k");
    await store.rows.getMany(TABLE, [{ tenant: "main", key: "k" }]);
    await store.rows.list(TABLE, "main", ALL);
    await store.rows.scan(TABLE, null, 10);
    assert.equal(calls(), 0);
  });

  it("does not wait for long for one that is silent", async (t) => {
    const { url: replicaUrl } = await called(t, () => {});
    const { store } = await opened(t, { replicaUrl });
    await fill(store, 1);
    const began = performance.now();
    assert.deepEqual(await found(store), [1, 1]);
    assert.ok(performance.now() - began < 10_000);
  });

  it("believes no server that is no standby", async (t) => {
    const url = await freshUrl(t);
    const replicaUrl = await (await sharedPostgres("bundled")).createDatabase();
    const other = await opened(t, { url: `${replicaUrl}?schema=${schemaOf(url)}` });
    await fill(other.store, 2);
    const { store } = await opened(t, { url, replicaUrl });
    await fill(store, 1);
    assert.deepEqual(await found(store), [1, 1]);
  });
});

describe("the URL of a replica", () => {
  const primary = "postgres://me:secret@db/app?schema=mine&sslmode=verify-full";
  const replica = "postgres://me:other%40@standby:5433/app";

  it("is a parameter of the primary's, or beside it, and is as safe", () => {
    const expected = {
      url: "postgres://me:secret@db/app?sslmode=verify-full",
      schema: "mine",
      replicaUrl: `${replica}?sslmode=verify-full`,
    };
    assert.deepEqual(location(`${primary}&replica=${encodeURIComponent(replica)}`), expected);
    assert.deepEqual(location(primary, replica), expected);
    assert.equal(location(primary, `${replica}?sslmode=disable`).replicaUrl, `${replica}?sslmode=disable`);
    assert.equal(location(primary).replicaUrl, null);
  });

  for (const wrong of ["standby", "http://standby/app", "postgres://standby"])
    it(`cannot be ${wrong}`, async () => {
      const opening = postgresStore({ url: primary, replicaUrl: wrong, clock });
      await assert.rejects(opening, { code: "invalid_argument", message: /^The replica: / });
    });
});
