import assert from "node:assert/strict";
import type { RowChange, Rows, Store, TableName } from "@plinth/ports";
import { cases, whileTrue } from "./case.ts";
import { MAIN } from "./commits.ts";
import { take } from "./subscriptions.ts";

export const BALANCES: TableName = { view: "balances", generation: 1 };

/** A row of the main tenant, unless said otherwise. */
export function rowOf(key: string, row: object | null, position = 1, tenant = MAIN): RowChange {
  return { tenant, key, row: row && JSON.stringify(row), position };
}

/** Makes a table and fills it, as the owner of the view's subscription. */
export async function fill(
  { rows, subscriptions }: Store,
  changes: readonly RowChange[],
  fields: readonly string[] = [],
  table = BALANCES,
): Promise<void> {
  await rows.create(table, fields);
  const lease = await take(subscriptions, "node-a", `${table.view}@${table.generation}`);
  assert.ok(await rows.write(table, changes, { lease, position: 1 }));
}

/** Every row as `tenant/key`, in pages of `limit`. */
async function scanAll(rows: Rows, limit: number, table = BALANCES): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: { tenant: string; key: string } | null = null; ; ) {
    const page = await rows.scan(table, after, limit);
    assert.ok(page.length <= limit);
    found.push(...page.map(({ tenant, key }) => `${tenant}/${key}`));
    if (page.length === 0) return found;
    assert.ok(found.length < 1000, "the pages come to an end");
    after = { tenant: page.at(-1)!.tenant, key: page.at(-1)!.key };
  }
}

const tables = cases("rows", {
  "come back as they were written": async ({ store }) => {
    await fill(store, [rowOf("anna", { balance: 5 }, 41)]);
    const row = { key: "anna", row: '{"balance":5}', position: 41 };
    assert.deepEqual(await store.rows.get(BALANCES, MAIN, "anna"), row);
    assert.deepEqual(await store.rows.getMany(BALANCES, [{ tenant: MAIN, key: "anna" }]), [row]);
    assert.equal(await store.rows.get(BALANCES, MAIN, "bert"), null);
  },

  "are replaced and removed, in the order given": async ({ store }) => {
    await fill(store, [rowOf("a", { n: 1 }), rowOf("b", { n: 1 }), rowOf("c", { n: 1 })]);
    const lease = await take(store.subscriptions, "node-a", "balances@1");
    const changes = [
      rowOf("a", { n: 2 }, 7),
      rowOf("b", null, 8),
      rowOf("c", null, 9),
      rowOf("c", { n: 4 }, 10),
      rowOf("d", { n: 1 }, 11),
      rowOf("d", null, 12),
      rowOf("never", null, 13),
    ];
    assert.equal(await store.rows.write(BALANCES, changes, { lease, position: 13 }), true);
    assert.deepEqual(
      await store.rows.getMany(
        BALANCES,
        ["a", "b", "c", "d"].map((key) => ({ tenant: MAIN, key })),
      ),
      [{ key: "a", row: '{"n":2}', position: 7 }, null, { key: "c", row: '{"n":4}', position: 10 }, null],
    );
  },

  "of many keys come in the order asked, null where there is none": async ({ store }) => {
    await fill(store, [rowOf("a", { n: 1 }), rowOf("b", { n: 2 }), rowOf("a", { n: 3 }, 1, "other")]);
    const asked = [
      { tenant: MAIN, key: "b" },
      { tenant: "other", key: "a" },
      { tenant: "other", key: "b" },
      { tenant: MAIN, key: "a" },
      { tenant: MAIN, key: "b" },
    ];
    const found = await store.rows.getMany(BALANCES, asked);
    assert.deepEqual(
      found.map((row) => row?.row ?? null),
      ['{"n":2}', '{"n":3}', null, '{"n":1}', '{"n":2}'],
    );
    assert.deepEqual(await store.rows.getMany(BALANCES, []), []);
  },

  "of many thousand keys can be asked for at once": async ({ store }) => {
    const keys = Array.from({ length: 5000 }, (_, at) => `key-${at}`);
    await fill(
      store,
      keys.map((key, at) => rowOf(key, { at })),
    );
    const found = await store.rows.getMany(
      BALANCES,
      keys.toReversed().map((key) => ({ tenant: MAIN, key })),
    );
    assert.deepEqual(
      found.map((row) => row?.key),
      keys.toReversed(),
    );
  },

  "of one tenant are not another's": async ({ store }) => {
    await fill(store, [rowOf("a", { n: 1 }, 1, "t1"), rowOf("a", { n: 2 }, 1, "t2")]);
    const lease = await take(store.subscriptions, "node-a", "balances@1");
    await store.rows.write(BALANCES, [rowOf("a", null, 2, "t1")], { lease, position: 2 });
    assert.equal(await store.rows.get(BALANCES, "t1", "a"), null);
    assert.equal((await store.rows.get(BALANCES, "t2", "a"))?.row, '{"n":2}');
    assert.equal(await store.rows.get(BALANCES, MAIN, "a"), null);
  },

  "of views and generations with similar names are kept apart": async ({ store }) => {
    const names = [
      { view: "open", generation: 1 },
      { view: "Open", generation: 1 },
      { view: "open", generation: 11 },
      { view: "open1", generation: 1 },
      { view: "order", generation: 1 },
      { view: "select", generation: 1 },
    ];
    for (const [at, table] of names.entries()) await fill(store, [rowOf("key", { at })], [], table);
    for (const [at, table] of names.entries())
      assert.equal((await store.rows.get(table, MAIN, "key"))?.row, `{"at":${at}}`);
  },

  "stay when their table is made again": async ({ store }) => {
    await fill(store, [rowOf("a", { n: 1, m: "x" }), rowOf("b", { n: 1, m: "y" })], ["n"]);
    await store.rows.create(BALANCES, ["n"]);
    await store.rows.create(BALANCES, ["n", "m"]);
    assert.equal((await store.rows.get(BALANCES, MAIN, "a"))?.row, '{"n":1,"m":"x"}');
    const filters = [{ field: "m", op: "eq", value: "y" } as const];
    const found = await store.rows.list(BALANCES, MAIN, { filters, sort: [], after: null, limit: 9 });
    assert.deepEqual(
      found.map(({ key }) => key),
      ["b"],
      "by a field that came later",
    );
  },

  "go with their table, and with no other": async ({ store }) => {
    const other = { view: "balances", generation: 2 };
    await fill(store, [rowOf("a", { n: 1 })], ["n"]);
    await fill(store, [rowOf("a", { n: 2 })], ["n"], other);
    await store.rows.drop(BALANCES);
    await store.rows.drop(BALANCES);
    await store.rows.create(BALANCES, ["n"]);
    assert.equal(await store.rows.get(BALANCES, MAIN, "a"), null);
    assert.equal((await store.rows.get(other, MAIN, "a"))?.row, '{"n":2}');
  },

  "are scanned whole, in the order of tenant and key, page by page": async ({ store }) => {
    const tenants = ["a", "b", "A", "\uff5e", "\u{1f600}"];
    const keys = ["1", "10", "2", "a", "B", "\u00e9", "\uff5e", "\u{1f600}", ""];
    await fill(
      store,
      tenants.flatMap((tenant) => keys.map((key) => rowOf(key, {}, 1, tenant))),
    );
    const inOrder = ["A", "a", "b", "\uff5e", "\u{1f600}"].flatMap((tenant) =>
      ["", "1", "10", "2", "B", "a", "\u00e9", "\uff5e", "\u{1f600}"].map((key) => `${tenant}/${key}`),
    );
    for (const limit of [1, 7, 1000]) assert.deepEqual(await scanAll(store.rows, limit), inOrder);
  },

  "are scanned with their content": async ({ store }) => {
    await fill(store, [rowOf("a", { n: 1 }, 6)]);
    assert.deepEqual(await store.rows.scan(BALANCES, null, 10), [
      { tenant: MAIN, key: "a", row: '{"n":1}', position: 6 },
    ]);
  },
});

const fencing = cases("writing rows", {
  "moves the checkpoint with them": async ({ store: { rows, subscriptions } }) => {
    await rows.create(BALANCES, []);
    const lease = await take(subscriptions);
    assert.equal(await rows.write(BALANCES, [rowOf("a", {}, 5)], { lease, position: 6 }), true);
    assert.equal((await subscriptions.list())[0]!.position, 6);
  },

  "moves the checkpoint where no row changed": async ({ store: { rows, subscriptions } }) => {
    await rows.create(BALANCES, []);
    const lease = await take(subscriptions);
    assert.equal(await rows.write(BALANCES, [], { lease, position: 6 }), true);
    assert.equal((await subscriptions.list())[0]!.position, 6);
  },

  "never moves the checkpoint back": async ({ store: { rows, subscriptions } }) => {
    await rows.create(BALANCES, []);
    const lease = await take(subscriptions);
    await rows.write(BALANCES, [], { lease, position: 6 });
    await rows.write(BALANCES, [], { lease, position: 5 });
    assert.equal((await subscriptions.list())[0]!.position, 6);
  },

  "with an old token changes neither rows nor checkpoint": async ({ store: { rows, subscriptions } }) => {
    await rows.create(BALANCES, []);
    const zombie = await take(subscriptions, "node-a");
    await subscriptions.release(zombie);
    const lease = await take(subscriptions, "node-b");
    await rows.write(BALANCES, [rowOf("a", { by: "b" }, 3)], { lease, position: 3 });
    const late = [rowOf("a", { by: "a" }, 9), rowOf("new", {}, 9)];
    assert.equal(await rows.write(BALANCES, late, { lease: zombie, position: 9 }), false);
    assert.equal(await rows.write(BALANCES, [rowOf("a", null, 9)], { lease: zombie, position: 9 }), false);
    assert.deepEqual(await rows.scan(BALANCES, null, 9), [
      { tenant: MAIN, key: "a", row: '{"by":"b"}', position: 3 },
    ]);
    assert.equal((await subscriptions.list())[0]!.position, 3);
  },

  "is refused by each part of the lease that is not the owner's": async ({
    store: { rows, subscriptions },
  }) => {
    await rows.create(BALANCES, []);
    const lease = await take(subscriptions);
    await take(subscriptions, "node-a", "balances", 1);
    const wrong = [
      { ...lease, owner: "node-b" },
      { ...lease, token: lease.token + 100 },
      { ...lease, token: lease.token - 1 },
      { ...lease, shard: 7 },
      { ...lease, subscription: "Balances" },
    ];
    for (const one of wrong)
      assert.equal(await rows.write(BALANCES, [rowOf("a", {})], { lease: one, position: 1 }), false);
    assert.deepEqual(await rows.scan(BALANCES, null, 9), []);
  },

  "is refused after the lease was given back": async ({ store: { rows, subscriptions } }) => {
    await rows.create(BALANCES, []);
    const lease = await take(subscriptions);
    await subscriptions.release(lease);
    assert.equal(await rows.write(BALANCES, [rowOf("a", {})], { lease, position: 1 }), false);
    assert.equal(await rows.get(BALANCES, MAIN, "a"), null);
  },

  "by the old and the new owner at once never mixes the two": async ({ store: { rows, subscriptions } }) => {
    await rows.create(BALANCES, []);
    let owner = await take(subscriptions, "node-0");
    for (let round = 1; round <= 20; round++) {
      const old = owner;
      const write = (lease: typeof old, by: string) =>
        rows.write(BALANCES, [rowOf("x", { by }), rowOf("y", { by })], { lease, position: round });
      await subscriptions.release(old);
      owner = await take(subscriptions, `node-${round}`);
      const [late, current] = await Promise.all([write(old, "old"), write(owner, "new")]);
      assert.deepEqual([late, current], [false, true]);
      const found = await rows.scan(BALANCES, null, 9);
      assert.deepEqual(
        found.map(({ row }) => row),
        ['{"by":"new"}', '{"by":"new"}'],
      );
    }
  },

  "is seen whole or not at all": async ({ store: { rows, subscriptions } }) => {
    await rows.create(BALANCES, []);
    const lease = await take(subscriptions);
    let done = false;
    const keys = ["a", "b", "c", "d"];
    const writer = async () => {
      for (let n = 1; n <= 50; n++)
        await rows.write(
          BALANCES,
          keys.map((key) => rowOf(key, { n }, n)),
          { lease, position: n },
        );
      done = true;
    };
    const read = async () => {
      const found = await rows.getMany(
        BALANCES,
        keys.map((key) => ({ tenant: MAIN, key })),
      );
      assert.equal(
        new Set(found.map((row) => row?.position)).size,
        1,
        "rows of two writes were seen together",
      );
    };
    await Promise.all([writer(), whileTrue(() => !done, read), whileTrue(() => !done, read)]);
  },
});

export const rowCases = [...tables, ...fencing];
