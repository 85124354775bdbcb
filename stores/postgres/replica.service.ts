import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import type { Checkpoint, PlinthError, Store } from "@plinth/ports";
import { type PostgresServer, startPostgres } from "../../servers/postgres.ts";
import { noStandby, type Standby, startStandby } from "../../servers/standby.ts";
import { postgresStore } from "./index.ts";
import { clock, freshSchema } from "./samples.fixture.ts";

const TABLE = { view: "balances", generation: 1 };
const SUBSCRIPTION = "view:balances@1";
const SOURCE = "system";

let primary: PostgresServer;
let database: string;
let standby: Standby;

describe("reads of views, where there is a standby", { skip: noStandby(SOURCE) }, () => {
  before(async () => {
    primary = await startPostgres(SOURCE);
    database = await primary.createDatabase();
    standby = await startStandby(SOURCE, primary);
  });

  after(async () => {
    await standby?.remove();
    await primary?.remove();
  });

  it("are answered by it as far as it has come, by the primary beyond", async (t) => {
    const { write, seen, listed, told } = await opened(t);
    await write(1);
    await held(t);
    await write(2);
    assert.deepEqual(
      [await seen(0), await listed(0)],
      [1, [1]],
      "what it does not know yet, it can't have said",
    );
    assert.deepEqual([await seen(1), await listed(1)], [1, [1]]);
    assert.deepEqual([await seen(2), await listed(2)], [2, [2]]);
    assert.deepEqual(
      [await seen(null), await listed(null)],
      [2, [2]],
      "who says nothing of it reads as of now",
    );
    await standby.resumeReplay();
    await standby.caughtUp();
    assert.deepEqual([await seen(2), await listed(2)], [2, [2]]);
    assert.deepEqual(told, []);
  });

  it("are not answered by it before it has every shard", async (t) => {
    const { store, write, seen } = await opened(t);
    await write(5);
    await held(t);
    await write(6);
    assert.equal(await seen(5, 1), 5);
    assert.equal(await seen(5, 2), 6, "the other shard may have rows that it has not");
    const other = await leased(store, 1);
    await store.rows.write(TABLE, [], { ...other, position: 6 });
    await standby.resumeReplay();
    await standby.caughtUp();
    await held(t);
    await write(7);
    assert.equal(await seen(6, 2), 6);
    await store.rows.write(TABLE, [], { ...other, position: 7 });
    assert.equal(await seen(7, 2), 7);
  });

  it("come in their order, page by page, from it as from the primary", async (t) => {
    const { store, checkpoint } = await opened(t);
    const changes = Array.from({ length: 40 }, (_, at) => ({
      tenant: "main",
      key: `k${at}`,
      row: JSON.stringify({ n: at % 7 }),
      position: 1,
    }));
    await store.rows.write(TABLE, changes, { ...checkpoint, position: 1 });
    const sort = [{ field: "n", descending: true }];
    const after = { values: [4], key: "k25" };
    const query = { filters: [], sort, after, limit: 12 };
    const before = await store.rows.list(TABLE, "main", query);
    await held(t);
    const gone = changes.map((change) => ({ ...change, row: null, position: 2 }));
    await store.rows.write(TABLE, gone, { ...checkpoint, position: 2 });
    assert.equal(before.length, 12);
    assert.deepEqual(await store.rows.list(TABLE, "main", query, reached(1)), before);
    assert.deepEqual(await store.rows.list(TABLE, "main", query, reached(2)), []);
  });

  it("are answered by the primary where it has no such table yet", async (t) => {
    await held(t);
    const { write, seen, listed, told } = await opened(t);
    await write(1);
    assert.deepEqual([await seen(0), await listed(1)], [1, [1]]);
    assert.deepEqual(told, [], "it is there, and does what it can");
  });

  it("are never older than what they must have reached, and never fail, whatever becomes of it", async (t) => {
    const { store, write, seen, listed, told } = await opened(t);
    let position = 0;
    let failing = false;
    const ending = new AbortController();
    t.after(() => ending.abort());
    const reading = Array.from({ length: 4 }, async () => {
      for (let count = 0; !ending.signal.aborted; count++) {
        const least = position;
        const found = await (count % 2 ? seen(least) : listed(least).then(([n]) => n ?? 0));
        assert.ok(found! >= least, `read ${found}, and was to have reached ${least}`);
        if (failing) await store.check();
      }
    });
    const writing = (async () => {
      for (; !ending.signal.aborted; position++) await write(position + 1);
    })();
    const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
    await seconds(1);
    for (let turn = 0; turn < 5; turn++) {
      await standby.holdReplay();
      await seconds(0.2);
      await standby.resumeReplay();
      await seconds(0.2);
    }
    assert.deepEqual(told, [], "to lag is no failure");
    failing = true;
    await standby.kill();
    await seconds(1);
    const [failure, ...more] = told;
    assert.ok(failure, "it is told");
    assert.deepEqual(more, [], "once");
    await standby.start();
    while (told.length < 2) await seconds(0.1);
    assert.equal(told[1], null);
    standby.pause();
    await seconds(4);
    assert.equal(told.length, 3);
    standby.resume();
    while (told.length < 4) await seconds(0.1);
    assert.equal(told[3], null);
    ending.abort();
    await Promise.all([...reading, writing]);
    assert.ok(position > 100, `${position} writes`);
  });

  it("are not answered by it when it follows the primary no more", async (t) => {
    const { write, seen } = await opened(t);
    await write(1);
    await standby.caughtUp();
    await standby.promote();
    await write(2);
    assert.equal(await seen(0), 2);
  });
});

/** Replay is held until the test ends. */
async function held(t: TestContext): Promise<void> {
  await standby.caughtUp();
  await standby.holdReplay();
  t.after(() => standby.resumeReplay());
}

async function leased(store: Store, shard: number): Promise<Checkpoint> {
  return (await store.subscriptions.acquire(SUBSCRIPTION, shard, "me", 600_000))!;
}

function reached(position: number | null, shards = 1) {
  return position === null ? undefined : { subscription: SUBSCRIPTION, shards, position };
}

/** A store with a view of one row, which says what it was written with last. */
async function opened(t: TestContext) {
  const url = freshSchema(database);
  const told: (PlinthError | null)[] = [];
  const replicaUrl = standby.url(new URL(database).pathname.slice(1));
  const store = await postgresStore({ url, replicaUrl, clock, onReplica: (failure) => told.push(failure) });
  t.after(() => store.close());
  await store.rows.create(TABLE, ["n"]);
  const checkpoint = await leased(store, 0);
  const query = { filters: [], sort: [], after: null, limit: 10 };
  const numbered = ({ row }: { row: string }): number => JSON.parse(row).n;
  return {
    store,
    checkpoint,
    told,
    write: (n: number) =>
      store.rows.write(TABLE, [{ tenant: "main", key: "k", row: JSON.stringify({ n }), position: n }], {
        ...checkpoint,
        position: n,
      }),
    seen: async (position: number | null, shards?: number) => {
      const row = await store.rows.get(TABLE, "main", "k", reached(position, shards));
      return row && numbered(row);
    },
    listed: async (position: number | null) =>
      (await store.rows.list(TABLE, "main", query, reached(position))).map(numbered),
  };
}
