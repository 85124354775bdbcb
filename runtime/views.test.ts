import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { entity, service, type View, view, z } from "@plinth/model";
import type { Change, ListReply } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { callerOf, everyone, type Fixture, fixture } from "./service.fixture.ts";

const account = entity("account", {
  state: z.object({ balance: z.int() }),
  initial: { balance: 0 },
  stored: true,
  filter: ["balance"],
  sort: ["balance"],
  events: { deposited: z.object({ amount: z.int() }), closed: z.object({}) },
})
  .evolve({
    deposited: (state, { amount }) => ({ balance: state.balance + amount }),
    closed: () => ({ balance: 0 }),
  })
  .commands({
    deposit: {
      on: "any",
      input: z.object({ amount: z.int() }),
      decide: (_state, input, { emit }) => emit.deposited(input),
    },
    close: { input: z.object({}), decide: (_state, _input, { emit }) => emit.closed({}) },
  });

const row = z.object({ account: z.string(), balance: z.int() });

const balances = balancesBy(1, 1);

/** Two definitions that differ in their source, and any number that differ in their shards. */
function balancesBy(factor: 1 | 2, shards: number) {
  const projections = {
    1: (before: z.output<typeof row> | null, amount: number) => (before?.balance ?? 0) + amount,
    2: (before: z.output<typeof row> | null, amount: number) => (before?.balance ?? 0) + 2 * amount,
  };
  const balance = projections[factor];
  return view("balances", {
    row: factor === 1 ? row : row.describe("Twice the balance."),
    key: ({ stream }) => stream.id,
    from: [account],
    on: {
      "account.deposited": (before, { stream, data }) => ({
        account: stream.id,
        balance: balance(before, data.amount),
      }),
      "account.closed": () => null,
    },
    filter: ["balance"],
    sort: ["balance", "account"],
    shards,
  });
}

/** Makes something that there may be only one of: decided on a row of a view. */
const claim = entity("claim", {
  state: z.object({}),
  initial: {},
  events: { made: z.object({ account: z.string() }) },
})
  .evolve({ made: (state) => state })
  .commands((command) => ({
    make: command({
      on: "new",
      input: z.object({ account: z.string() }),
      facts: async ({ read, input }) => ({
        claimed: await read(claims, input.account, { consistent: true }),
      }),
      decide: (_state, input, { emit, refuse, facts }) =>
        facts.claimed ? refuse("already_claimed", "Only once.") : emit.made(input),
    }),
  }));

const claims: View<{ account: string }> = view("claimed", {
  row: z.object({ account: z.string() }),
  key: ({ data }) => data.account,
  from: [claim],
  on: { "claim.made": (_row, { data }) => data },
});

function bank(factor: 1 | 2 = 1, shards = 1) {
  return service("bank", { entities: [account], views: [balancesBy(factor, shards)], public: true });
}

async function rows(
  { runtime }: Fixture,
  more: Partial<Parameters<typeof runtime.operations.rows>[0]> = {},
): Promise<ListReply> {
  return runtime.operations.rows({
    caller: callerOf(everyone),
    view: "balances",
    atLeast: 0,
    filters: [],
    sort: [],
    cursor: null,
    limit: 50,
    ...more,
  });
}

async function rowOf({ runtime }: Fixture, key: string, atLeast: number): Promise<unknown> {
  const reply = await runtime.operations.row({ caller: callerOf(everyone), view: "balances", key, atLeast });
  return JSON.parse(reply.row);
}

test("a read that carries the position of a write sees it", async () => {
  const it = await fixture(bank());
  const { position } = await it.run("account.deposit", "a", { amount: 5 });
  assert.deepEqual(await rowOf(it, "a", position), { account: "a", balance: 5 });
});

test("a read waits no longer than its deadline", async () => {
  const it = await fixture(bank());
  const { clock, runtime } = it;
  const reading = runtime.operations.row({
    caller: callerOf(everyone, 300),
    view: "balances",
    key: "a",
    atLeast: 99,
  });
  const rejected = assert.rejects(Promise.resolve(reading), { code: "deadline_exceeded" });
  await clock.advance(400);
  await rejected;
});

test("a row is removed where its projection says null", async () => {
  const it = await fixture(bank());
  await it.run("account.deposit", "a", { amount: 5 });
  const { position } = await it.run("account.close", "a", {});
  await assert.rejects(rowOf(it, "a", position), { code: "not_found" });
});

test("rows of another tenant are not there", async () => {
  const it = await fixture(bank());
  const by = { ...everyone, tenant: "other" };
  const { position } = await it.run("account.deposit", "a", { amount: 5 }, { by });
  await assert.rejects(rowOf(it, "a", position), { code: "not_found" });
});

test("shards share the work and the wait is for all of them", async () => {
  const it = await fixture(bank(1, 4));
  let position = 0;
  for (let index = 0; index < 50; index++)
    ({ position } = await it.run("account.deposit", `a${index}`, { amount: index }));
  assert.equal((await rows(it, { atLeast: position })).items.length, 50);
});

test("lists are filtered, sorted and cut into pages that stay stable", async () => {
  const it = await fixture(bank());
  let position = 0;
  for (let index = 0; index < 10; index++)
    ({ position } = await it.run("account.deposit", `a${index}`, { amount: index % 3 }));
  const sort = [{ field: "balance", descending: true }];
  const filters = [{ field: "balance", op: "gte", value: 1 }] as const;
  const seen: string[] = [];
  for (let cursor: string | null = null, first = true; first || cursor; first = false) {
    const page: ListReply = await rows(it, { atLeast: position, sort, filters, cursor, limit: 2 });
    seen.push(...page.items.map((item) => JSON.parse(item).account));
    cursor = page.next;
  }
  assert.deepEqual(seen, ["a2", "a5", "a8", "a1", "a4", "a7"]);
});

test("cursors from elsewhere, unknown fields and limits out of range are refused", async () => {
  const it = await fixture(bank());
  for (let index = 0; index < 3; index++) await it.run("account.deposit", `a${index}`, { amount: index });
  const { next } = await rows(it, { atLeast: 3, limit: 1 });
  const sort = [{ field: "balance", descending: false }];
  await assert.rejects(rows(it, { cursor: next, sort }), { code: "invalid_argument" });
  await assert.rejects(rows(it, { cursor: "x" }), { code: "invalid_argument" });
  await assert.rejects(rows(it, { limit: 0 }), { code: "invalid_argument" });
  await assert.rejects(rows(it, { limit: 201 }), { code: "invalid_argument" });
  await assert.rejects(rows(it, { sort: [{ field: "at", descending: false }] }), {
    code: "invalid_argument",
  });
  await assert.rejects(rows(it, { filters: [{ field: "account", op: "eq", value: "a" }] }), {
    code: "invalid_argument",
  });
});

test("facts read from a view as consistent hold when the commit is judged", async () => {
  const it = await fixture(service("claims", { entities: [claim], views: [claims], public: true }));
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, () => it.run("claim.make", null, { account: "a" })),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});

test("a rebuild is built beside, compared, switched to, and switched back from", async () => {
  const it = await fixture(bank());
  const { runtime } = it;
  let position = 0;
  for (let index = 0; index < 20; index++)
    ({ position } = await it.run("account.deposit", `a${index}`, { amount: index }));
  await rows(it, { atLeast: position });
  const comparison = await runtime.views.rebuild("balances");
  assert.deepEqual(comparison, { same: 20, changed: 0, unsettled: 0, added: 0, removed: 0, samples: [] });
  const generations = async () =>
    (await runtime.views.list()).map(({ generation, status }) => `${generation} ${status}`).sort();
  assert.deepEqual(await generations(), ["1 previous", "2 live"]);
  ({ position } = await it.run("account.deposit", "a1", { amount: 100 }));
  assert.deepEqual(await rowOf(it, "a1", position), { account: "a1", balance: 101 });
  await runtime.views.switchBack("balances");
  assert.deepEqual(await generations(), ["1 live", "2 previous"]);
  assert.deepEqual(await rowOf(it, "a1", position), { account: "a1", balance: 101 });
});

test("a comparison finds a row that the old build has wrong", async () => {
  const it = await fixture(bank());
  const { position } = await it.run("account.deposit", "a", { amount: 5 });
  await it.run("account.deposit", "b", { amount: 5 });
  await rows(it, { atLeast: position + 1 });
  const subscriptions = await it.store.subscriptions.list();
  const { subscription, shard, owner, token } = subscriptions.find(({ subscription }) =>
    subscription.startsWith("view:"),
  )!;
  const lease = { subscription, shard, token, owner: owner! };
  const wrong = { tenant: "main", key: "a", row: '{"account":"a","balance":6}', position };
  await it.store.rows.write({ view: "balances", generation: 1 }, [wrong], { lease, position: position + 1 });
  const comparison = await it.runtime.views.rebuild("balances");
  assert.deepEqual(
    [comparison.same, comparison.changed, comparison.samples],
    [1, 1, [{ tenant: "main", key: "a" }]],
  );
});

test("a changed view is built while the old build answers, and then answers itself", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const before = await fixture(bank(), { store, clock });
  const { position } = await before.run("account.deposit", "a", { amount: 5 });
  await rows(before, { atLeast: position });
  assert.ok(await before.runtime.drain(1000));
  const after = await fixture(bank(2), { store, clock, seed: 2 });
  await until(clock, async () =>
    (await after.runtime.views.list()).some((one) => one.generation === 2 && one.status === "live"),
  );
  assert.deepEqual(await rowOf(after, "a", position), { account: "a", balance: 10 });
});

test("a rebuild that is asked for joins the one that a changed definition has begun, and can be switched back from", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const before = await fixture(bank(), { store, clock });
  const { position } = await before.run("account.deposit", "a", { amount: 5 });
  await rows(before, { atLeast: position });
  await before.runtime.drain(1000);
  const after = await fixture(bank(2), { store, clock, seed: 2 });
  const rebuilt = after.runtime.views.rebuild("balances");
  await clock.advance(1000);
  assert.equal((await rebuilt).changed, 1);
  const statuses = (await after.runtime.views.list()).map(
    ({ generation, status }) => `${generation} ${status}`,
  );
  assert.deepEqual(statuses.sort(), ["1 previous", "2 live"]);
});

test("a read that meets a table which another process has just removed finds the new one", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const one = await fixture(bank(), { store, clock, seed: 1 });
  const two = await fixture(bank(), { store, clock, seed: 2, roles: { api: true, worker: false } });
  const { position } = await one.run("account.deposit", "a", { amount: 5 });
  await rows(one, { atLeast: position });
  await one.runtime.views.rebuild("balances");
  await one.runtime.views.rebuild("balances");
  assert.deepEqual(await rowOf(two, "a", 0), { account: "a", balance: 5 });
});

test("a view that is added to a log with history catches up", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const before = await fixture(service("bank", { entities: [account], public: true }), { store, clock });
  const { position } = await before.run("account.deposit", "a", { amount: 5 });
  await before.runtime.drain(1000);
  const after = await fixture(bank(), { store, clock, seed: 2 });
  assert.deepEqual(await rowOf(after, "a", position), { account: "a", balance: 5 });
});

test("a projection that throws stops its view alone, and goes on where it was when it works again", async () => {
  let broken = true;
  const fragile = view("fragile", {
    row: z.object({ count: z.int() }),
    key: ({ stream }) => stream.id,
    from: [account],
    on: {
      "account.deposited": (row) => {
        if (broken) throw new Error("cannot");
        return { count: (row?.count ?? 0) + 1 };
      },
    },
  });
  const both = service("bank", { entities: [account], views: [balances, fragile], public: true });
  const it = await fixture(both);
  const { position } = await it.run("account.deposit", "a", { amount: 5 });
  await rowOf(it, "a", position);
  broken = false;
  const reading = it.runtime.operations.row({
    caller: callerOf(everyone, 60_000),
    view: "fragile",
    key: "a",
    atLeast: position,
  });
  await it.clock.advance(20_000);
  assert.deepEqual(JSON.parse((await reading).row), { count: 1 });
});

test("two processes: one builds the view, the other reads it, and takes over when the first is gone", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const one = await fixture(bank(), { store, clock, seed: 1 });
  const two = await fixture(bank(), { store, clock, seed: 2 });
  const { position } = await two.run("account.deposit", "a", { amount: 5 });
  const reading = rowOf(two, "a", position);
  await clock.advance(100);
  assert.deepEqual(await reading, { account: "a", balance: 5 });
  await one.runtime.drain(1000);
  const later = await two.run("account.deposit", "a", { amount: 5 });
  const again = rowOf(two, "a", later.position);
  await clock.advance(4900);
  assert.deepEqual(await again, { account: "a", balance: 10 });
});

test("watching a row begins with what is there and follows it", async () => {
  const it = await fixture(bank());
  const { position } = await it.run("account.deposit", "a", { amount: 5 });
  await rowOf(it, "a", position);
  const changes = watch(it, { kind: "view", name: "balances" }, "a", null);
  assert.deepEqual(await next(changes), { key: "a", position: 1, body: { account: "a", balance: 5 } });
  await it.run("account.deposit", "b", { amount: 7 });
  await it.run("account.deposit", "a", { amount: 1 });
  assert.deepEqual(await next(changes), { key: "a", position: 3, body: { account: "a", balance: 6 } });
  await it.run("account.close", "a", {});
  assert.deepEqual(await next(changes), { key: "a", position: 4, body: null });
});

test("watching goes on after the last position that was seen", async () => {
  const it = await fixture(bank());
  for (const id of ["a", "b", "a"]) await it.run("account.deposit", id, { amount: 1 });
  const changes = watch(it, { kind: "entity", name: "account" }, null, 1);
  assert.deepEqual(await next(changes), {
    key: "b",
    position: 2,
    body: { id: "b", version: 1, state: { balance: 1 } },
  });
  assert.deepEqual(await next(changes), {
    key: "a",
    position: 3,
    body: { id: "a", version: 2, state: { balance: 2 } },
  });
});

test("draining ends every watch", async () => {
  const it = await fixture(bank());
  const changes = watch(it, { kind: "entity", name: "account" }, null, 0);
  const ended = changes.next();
  await it.runtime.drain(1000);
  assert.equal((await ended).done, true);
});

function watch(
  { runtime }: Fixture,
  target: { kind: "entity" | "view"; name: string },
  key: string | null,
  after: number | null,
) {
  const { signal } = new AbortController();
  return runtime.operations
    .watch({ caller: callerOf(everyone), target, key, filters: [], after, signal })
    [Symbol.asyncIterator]();
}

async function next(changes: AsyncIterator<Change>) {
  const { value } = await changes.next();
  return { ...value, body: value.body && JSON.parse(value.body) };
}

/** Lets time pass until something is so; fails after a minute of it. */
async function until(
  clock: { advance(ms: number): Promise<void> },
  reached: () => Promise<boolean>,
): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (await reached()) return;
    await clock.advance(50);
  }
  assert.fail("It did not come to pass within a minute.");
}
