import assert from "node:assert/strict";
import { SECTIONS, type Store } from "@plinth/ports";
import { cases, type Trial } from "./case.ts";
import { ANNA, accept, append, BERT, commandOf, commitOf, events, streamOf } from "./commits.ts";
import { assertSame, copyAll, fillEverything, LONG, recordsOf, sectionOf, seenIn } from "./everything.ts";
import { take } from "./subscriptions.ts";

/** Beyond 2^32. */
const HIGH = 2 ** 33 + 7;

/** The store under test as a copy of one that has everything. */
async function copied({ store, another }: Trial): Promise<Store> {
  const source = await another();
  await fillEverything(source);
  await copyAll(source, store);
  return source;
}

const reading = cases("what a copy reads", {
  "is every record, once, whatever the size of the pages": async ({ store }) => {
    await fillEverything(store);
    const all = await recordsOf(store, 1000);
    for (const limit of [1, 7]) assert.deepEqual(await recordsOf(store, limit), all);
    const counts = await store.transfer.counts();
    for (const section of SECTIONS) {
      assert.equal(all[section].length, counts[section], section);
      assert.ok(all[section].length > 0, section);
    }
  },

  "is what ordinary reads tell": async ({ store }) => {
    await fillEverything(store);
    const { log, parks, checkpoints } = await seenIn(store);
    assert.deepEqual(
      await sectionOf(store, "events", 100),
      log.map(({ position, stream, version, type, data, at, actor, trace }) => [
        position,
        ...[stream.tenant, stream.entity, stream.id],
        ...[version, type, data, at, actor, trace],
      ]),
    );
    assertSameLists(
      await sectionOf(store, "parks", 100),
      parks.map(({ subscription, shard, key, position, status, attempts, dueAt, error, data, parkedAt }) => [
        ...[subscription, shard, key, position, status],
        ...[attempts, dueAt, error, data, parkedAt],
      ]),
    );
    assertSameLists(
      await sectionOf(store, "subscriptions", 100),
      checkpoints.map(({ subscription, shard, position, token }) => [subscription, shard, position, token]),
    );
    const unique = await sectionOf(store, "unique", 100);
    assertSameLists(unique, [
      ["main", "account.email", "b@x", "account", "bert"],
      ["main", "account.email", "\u{1f600}", "account", "anna"],
      ["\u7d44", "account.email", "a@x", "jobPosting", "anna"],
    ]);
  },

  "comes in pages of some mebibytes, with one record at least": async ({ store }) => {
    const data = JSON.stringify("x".repeat(3 * 1024 * 1024));
    const large = { type: "account.noted", data };
    await accept(store.log, commitOf(ANNA, 0, { events: [large, large, large, large, large, large] }));
    const page = await store.transfer.read("events", null, 100);
    assert.ok(page.records.length >= 1 && page.records.length <= 4, `${page.records.length} events`);
    assert.equal((await sectionOf(store, "events", 100)).length, 6);
    const huge = { type: "account.noted", data: JSON.stringify("x".repeat(9 * 1024 * 1024)) };
    await accept(store.log, commitOf(BERT, 0, { events: [huge, huge] }));
    assert.equal((await sectionOf(store, "events", 100)).length, 8);
  },

  "of an empty store is where its log begins": async ({ another }) => {
    const store = await another(HIGH);
    const { numbers, ...others } = await recordsOf(store, 10);
    assert.deepEqual(numbers, [["log start", HIGH - 1]]);
    for (const records of Object.values(others)) assert.deepEqual(records, []);
  },
});

function assertSameLists(some: readonly unknown[], others: readonly unknown[]): void {
  const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
  assert.deepEqual(sorted(some), sorted(others));
}

const whole = cases("a copy", {
  "has every record as it was": async (trial) => {
    const source = await copied(trial);
    assertSame(await recordsOf(trial.store, 1000), await recordsOf(source, 1000));
  },

  "is read as what it was made of": async (trial) => {
    const source = await copied(trial);
    assert.deepEqual(await seenIn(trial.store), await seenIn(source));
  },

  "begins where the log began, and goes on where it ended": async ({ store, another }) => {
    const source = await another(HIGH);
    await accept(source.log, commitOf(ANNA, 0, { events: events(3) }));
    await copyAll(source, store, 2);
    assert.equal(await store.log.head(), HIGH + 2);
    assert.deepEqual(await seenIn(store, HIGH), await seenIn(source, HIGH));
    const next = await append(store.log, commitOf(ANNA, 3));
    assert.deepEqual(next, { kind: "accepted", version: 4, position: HIGH + 3 });
  },

  "of a log without events begins where that would": async ({ store, another }) => {
    await copyAll(await another(HIGH), store);
    assert.equal(await store.log.head(), HIGH - 1);
    assert.equal((await accept(store.log, commitOf(ANNA, 0))).position, HIGH);
  },

  "judges commits as its source would": async (trial) => {
    const source = await copied(trial);
    const claim = (value: string) => [{ index: "account.email", release: null, claim: value }];
    const batch = [
      commitOf(LONG, 599),
      commitOf(LONG, 600, { state: '{"n":601}' }),
      commitOf(streamOf("new"), 0, { command: commandOf("c3") }),
      commitOf(streamOf("new"), 0, { command: commandOf("c2") }),
      commitOf(streamOf("new"), 0, { unique: claim("b@x") }),
      commitOf(streamOf("new"), 0, { unique: claim("a@x") }),
      commitOf(ANNA, 2, {
        conditions: [{ kind: "unchanged", tenant: "main", entities: ["account"], after: 600 }],
      }),
    ];
    assert.deepEqual(await trial.store.log.append(batch), await source.log.append(batch));
    assert.deepEqual(await seenIn(trial.store), await seenIn(source));
  },

  "forgets command ids when its source would": async (trial) => {
    const source = await copied(trial);
    for (const before of ["2029-12-31T23:59:59.6Z", "2031-01-01T00:00:00.000Z"]) {
      const forgotten = await source.log.forget(before, 100);
      assert.ok(forgotten > 0);
      assert.equal(await trial.store.log.forget(before, 100), forgotten);
      assertSame(await recordsOf(trial.store, 1000), await recordsOf(source, 1000));
    }
  },

  "brings no lease back to life, and gives only new tokens and generations": async (trial) => {
    const { store } = trial;
    const source = await copied(trial);
    const [held] = (await source.subscriptions.list()).filter(({ owner }) => owner === "node-c");
    const { subscription, shard, token, owner } = held!;
    const zombie = { subscription, shard, token, owner: owner! };
    assert.equal(await store.subscriptions.renew(zombie, 1000), false);
    assert.equal(await store.subscriptions.advance({ lease: zombie, position: 2 ** 40 }), false);
    const last = await take(source.subscriptions, "node-e", "new");
    const next = await take(store.subscriptions, "node-c", subscription, shard);
    assert.ok(next.token >= last.token, `${next.token} after ${last.token - 1}`);
    assert.equal((await store.generations.add("balances", "five")).generation, 5);
    assert.equal((await store.generations.add("other", "one")).generation, 1);
  },

  "has the tables of its views, those without rows too": async (trial) => {
    const { store } = trial;
    await copied(trial);
    const { subscriptions, rows } = store;
    const empty = { view: "openJobs", generation: 1 };
    const lease = await take(subscriptions, "node-a", "openJobs@1");
    const change = { tenant: "main", key: "k", row: '{"n":1}', position: 700 };
    assert.equal(await rows.write(empty, [change], { lease, position: 700 }), true);
    const query = { filters: [], sort: [{ field: "n", descending: false }], after: null, limit: 10 };
    assert.equal((await rows.list(empty, "main", query)).length, 1);
    await rows.create({ view: "balances", generation: 2 }, ["n"]);
    assert.equal((await rows.list({ view: "balances", generation: 2 }, "main", query)).length, 3);
  },

  "lists what is discarded in it after what was discarded before": async (trial) => {
    const { store } = trial;
    await copied(trial);
    const before = await store.parks.discarded(10);
    assert.ok(await store.parks.discard("reactor:thanks", 1, "Third.", "eva", "2031-01-01T00:00:00.000Z"));
    const after = await store.parks.discarded(10);
    assert.deepEqual(after.slice(1), before);
    assert.deepEqual([after[0]!.reason, after.length], ["Third.", 3]);
    const places = (await sectionOf(store, "discarded", 1)).map(([place]) => place);
    assert.deepEqual(places, [1, 2, 3]);
  },

  "has states that no event has led to": async ({ store, another }) => {
    const source = await another();
    await accept(source.log, commitOf(ANNA, 0, { events: [], state: '{"blank":true}' }));
    await copyAll(source, store);
    const expected = { id: "anna", version: 0, state: '{"blank":true}' };
    assert.deepEqual(await store.states.get(ANNA), expected);
    const next = await append(store.log, commitOf(ANNA, 0, { state: "{}" }));
    assert.deepEqual(next, { kind: "accepted", version: 1, position: 1 });
    assert.equal((await store.states.get(ANNA))?.version, 1);
  },

  "can be copied on": async (trial) => {
    const source = await copied(trial);
    const third = await trial.another();
    await copyAll(trial.store, third, 3);
    assertSame(await recordsOf(third, 1000), await recordsOf(source, 1000));
  },
});

export const transferCases = [...reading, ...whole];
