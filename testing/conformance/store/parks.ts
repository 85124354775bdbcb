import assert from "node:assert/strict";
import type { Lease, Parked, ParkQuery, Parks, Store } from "@plinth/ports";
import { cases } from "./case.ts";
import { take } from "./subscriptions.ts";

function parkedAt(position: number, parts: Partial<Parked> = {}): Parked {
  return {
    subscription: "thanks",
    shard: 0,
    key: `key-${position}`,
    position,
    status: "parked",
    attempts: 9,
    dueAt: 0,
    error: "It failed.",
    data: null,
    parkedAt: 1_893_456_000_000,
    ...parts,
  };
}

/** Parks events as the owner of their subscription. */
async function park(
  { parks, subscriptions }: Store,
  put: readonly Parked[],
  subscription = "thanks",
): Promise<Lease> {
  const lease = await take(subscriptions, "node-a", subscription);
  assert.ok(await parks.write({ put, change: [], remove: [] }, { lease, position: 1 }));
  return lease;
}

async function found(parks: Parks, query: Partial<ParkQuery> = {}): Promise<readonly string[]> {
  const all = await parks.list({ limit: 1000, ...query });
  return all.map(({ subscription, position }) => `${subscription} ${position}`);
}

async function fillMixed(store: Store): Promise<void> {
  await park(store, [
    parkedAt(30, { status: "behind", key: "a" }),
    parkedAt(4, { status: "retrying", key: "a", dueAt: 500 }),
    parkedAt(5, { status: "retrying", key: "b", dueAt: 501, shard: 1 }),
    parkedAt(100, { status: "parked", key: "a" }),
  ]);
  await park(store, [parkedAt(7, { subscription: "mails", key: "a", status: "replay", dueAt: 1 })], "mails");
}

const listing = cases("parked events", {
  "come back with every field": async ({ store }) => {
    const parked = parkedAt(2 ** 32 + 5, {
      shard: 3,
      key: "\u{1f600}",
      status: "retrying",
      attempts: 2,
      dueAt: 1_893_456_000_123,
      error: 'It\'s "bad".\nLine two.',
      data: '{ "edited" : 1 }',
    });
    await park(store, [parked]);
    assert.deepEqual(await store.parks.list({ limit: 10 }), [parked]);
  },

  "come in the order of subscription and position": async ({ store }) => {
    await fillMixed(store);
    assert.deepEqual(await found(store.parks), [
      "mails 7",
      "thanks 4",
      "thanks 5",
      "thanks 30",
      "thanks 100",
    ]);
  },

  "come page by page": async ({ store }) => {
    await fillMixed(store);
    assert.deepEqual(await found(store.parks, { limit: 2 }), ["mails 7", "thanks 4"]);
    const after = (subscription: string, position: number) => ({
      after: { subscription, position },
      limit: 2,
    });
    assert.deepEqual(await found(store.parks, after("thanks", 4)), ["thanks 5", "thanks 30"]);
    assert.deepEqual(await found(store.parks, after("mails", 7)), ["thanks 4", "thanks 5"]);
    assert.deepEqual(await found(store.parks, after("thanks", 100)), []);
  },

  "are found by subscription, shard, key and status": async ({ store }) => {
    await fillMixed(store);
    assert.deepEqual(await found(store.parks, { subscription: "mails" }), ["mails 7"]);
    assert.deepEqual(await found(store.parks, { subscription: "thanks", shard: 1 }), ["thanks 5"]);
    assert.deepEqual(await found(store.parks, { key: "a" }), [
      "mails 7",
      "thanks 4",
      "thanks 30",
      "thanks 100",
    ]);
    assert.deepEqual(await found(store.parks, { statuses: ["parked"] }), ["thanks 100"]);
    assert.deepEqual(await found(store.parks, { statuses: ["behind", "replay"] }), ["mails 7", "thanks 30"]);
    assert.deepEqual(await found(store.parks, { subscription: "thanks", key: "a", statuses: ["retrying"] }), [
      "thanks 4",
    ]);
  },

  "are found when they are due, not before, and never where nothing is planned": async ({ store }) => {
    await fillMixed(store);
    assert.deepEqual(await found(store.parks, { dueBy: 499 }), ["mails 7"]);
    assert.deepEqual(await found(store.parks, { dueBy: 500 }), ["mails 7", "thanks 4"]);
    assert.deepEqual(await found(store.parks, { dueBy: 10_000 }), ["mails 7", "thanks 4", "thanks 5"]);
  },
});

const writing = cases("parking", {
  "puts, changes and removes together with the checkpoint": async ({ store }) => {
    const lease = await park(store, [parkedAt(1), parkedAt(2), parkedAt(3)]);
    const to = parkedAt(2, { status: "retrying", attempts: 10, dueAt: 7, error: "Again.", data: "{}" });
    const changes = { put: [parkedAt(4)], change: [{ from: parkedAt(2), to }], remove: [1, 99] };
    assert.equal(await store.parks.write(changes, { lease, position: 8 }), true);
    assert.deepEqual(await store.parks.list({ limit: 10 }), [to, parkedAt(3), parkedAt(4)]);
    assert.equal((await store.subscriptions.list())[0]!.position, 8);
  },

  "changes one event again and again, in the order given": async ({ store }) => {
    const lease = await park(store, [parkedAt(1), parkedAt(2)]);
    const steps = [1, 1, 2].map((position, at) => ({ position, attempts: 10 + at }));
    const change = steps.map(({ position, attempts }, at) => {
      const before = steps[at - 1]?.position === position ? { status: "retrying", dueAt: at } : {};
      return {
        from: parkedAt(position, before as Partial<Parked>),
        to: parkedAt(position, { attempts, status: "retrying", dueAt: at + 1 }),
      };
    });
    assert.ok(await store.parks.write({ put: [], change, remove: [] }, { lease, position: 8 }));
    assert.deepEqual(await store.parks.list({ limit: 10 }), [change[1]!.to, change[2]!.to]);
  },

  "leaves what is parked already as it is": async ({ store }) => {
    const lease = await park(store, [parkedAt(1)]);
    await store.parks.replay("thanks", 1, '{"edited":true}');
    const before = await store.parks.list({ limit: 10 });
    const put = [parkedAt(1, { attempts: 99 })];
    assert.equal(await store.parks.write({ put, change: [], remove: [] }, { lease, position: 8 }), true);
    assert.deepEqual(await store.parks.list({ limit: 10 }), before);
  },

  "changes nothing that a person has decided about since": async ({ store }) => {
    const rows = [1, 2, 3, 4].map((position) => parkedAt(position, { status: "retrying", dueAt: 5 }));
    const lease = await park(store, rows);
    await store.parks.replay("thanks", 1, null);
    await store.parks.replay("thanks", 2, '{"edited":true}');
    await store.parks.discard("thanks", 3, "Not ours.", "eva", "2030-01-01T00:00:00.000Z");
    const before = await store.parks.list({ limit: 10 });
    const change = rows.map((from) => ({ from, to: { ...from, status: "parked", attempts: 10 } as const }));
    assert.equal(await store.parks.write({ put: [], change, remove: [] }, { lease, position: 8 }), true);
    assert.deepEqual(await store.parks.list({ limit: 10 }), [...before.slice(0, 2), change[3]!.to]);
  },

  "tells by each of status, time and data that a person has decided": async ({ store }) => {
    const kept = [1, 2, 3, 4, 5].map((position) =>
      parkedAt(position, { status: "replay", dueAt: 5, data: "1" }),
    );
    const before: readonly Partial<Parked>[] = [
      { status: "retrying" },
      { dueAt: 4 },
      { data: null },
      { data: "2" },
      {},
    ];
    const lease = await park(store, kept);
    const change = kept.map((row, at) => ({ from: { ...row, ...before[at] }, to: { ...row, attempts: 10 } }));
    await store.parks.write({ put: [], change, remove: [] }, { lease, position: 8 });
    assert.deepEqual(await store.parks.list({ limit: 10 }), [...kept.slice(0, 4), change[4]!.to]);
  },

  "never moves the checkpoint back": async ({ store }) => {
    const lease = await park(store, []);
    await store.parks.write({ put: [], change: [], remove: [] }, { lease, position: 8 });
    await store.parks.write({ put: [parkedAt(3)], change: [], remove: [] }, { lease, position: 2 });
    assert.equal((await store.subscriptions.list())[0]!.position, 8);
    assert.deepEqual(await found(store.parks), ["thanks 3"]);
  },

  "removes from its own subscription alone": async ({ store }) => {
    await park(store, [parkedAt(5, { subscription: "mails" })], "mails");
    const lease = await park(store, [parkedAt(5)]);
    await store.parks.write({ put: [], change: [], remove: [5] }, { lease, position: 6 });
    assert.deepEqual(await found(store.parks), ["mails 5"]);
  },

  "with an old token changes neither the parked nor the checkpoint": async ({ store }) => {
    const zombie = await park(store, [parkedAt(1)]);
    await store.subscriptions.release(zombie);
    await take(store.subscriptions, "node-b", "thanks");
    const change = [{ from: parkedAt(1), to: parkedAt(1, { attempts: 99 }) }];
    const late = { put: [parkedAt(2)], change, remove: [1] };
    assert.equal(await store.parks.write(late, { lease: zombie, position: 9 }), false);
    assert.deepEqual(await store.parks.list({ limit: 10 }), [parkedAt(1)]);
    assert.equal((await store.subscriptions.list())[0]!.position, 1);
  },
});

const deciding = cases("a person's decision on a parked event", {
  "to replay it makes it due now": async ({ store }) => {
    await park(store, [parkedAt(1), parkedAt(2, { status: "retrying", dueAt: 2 ** 45 })]);
    for (const position of [1, 2]) assert.equal(await store.parks.replay("thanks", position, null), true);
    assert.deepEqual(await found(store.parks, { statuses: ["replay"], dueBy: 2 ** 44 }), [
      "thanks 1",
      "thanks 2",
    ]);
    const [first] = await store.parks.list({ limit: 1 });
    assert.deepEqual({ ...first, dueAt: 0 }, parkedAt(1, { status: "replay" }));
  },

  "to replay it with other data keeps that": async ({ store }) => {
    await park(store, [parkedAt(1), parkedAt(2, { data: '{"kept":1}' })]);
    await store.parks.replay("thanks", 1, '{ "n": 1.0 }');
    await store.parks.replay("thanks", 2, null);
    const all = await store.parks.list({ limit: 10 });
    assert.deepEqual(
      all.map(({ data }) => data),
      ['{ "n": 1.0 }', '{"kept":1}'],
    );
  },

  "to replay is refused for one that waits behind another, is replayed already or is not there": async ({
    store,
  }) => {
    await park(store, [parkedAt(1, { status: "behind" }), parkedAt(2, { status: "replay" })]);
    for (const position of [1, 2, 3])
      assert.equal(await store.parks.replay("thanks", position, '{"x":1}'), false);
    assert.equal(await store.parks.replay("mails", 1, null), false);
    assert.deepEqual(
      (await store.parks.list({ limit: 10 })).map(({ status, data }) => [status, data]),
      [
        ["behind", null],
        ["replay", null],
      ],
    );
  },

  "to discard it takes it away and keeps the reason": async ({ store }) => {
    await park(store, [parkedAt(1, { error: "Boom." }), parkedAt(2)]);
    const at = "2030-05-06T07:08:09.000Z";
    assert.equal(await store.parks.discard("thanks", 1, "Not ours.", "eva", at), true);
    assert.deepEqual(await found(store.parks), ["thanks 2"]);
    assert.deepEqual(await store.parks.discarded(10), [
      {
        subscription: "thanks",
        position: 1,
        key: "key-1",
        error: "Boom.",
        reason: "Not ours.",
        by: "eva",
        at,
      },
    ]);
  },

  "to discard is refused for one that is not there": async ({ store }) => {
    await park(store, [parkedAt(1)]);
    assert.equal(await store.parks.discard("thanks", 2, "r", "eva", "2030-01-01T00:00:00.000Z"), false);
    assert.equal(await store.parks.discard("mails", 1, "r", "eva", "2030-01-01T00:00:00.000Z"), false);
    assert.equal(await store.parks.discard("thanks", 1, "r", "eva", "2030-01-01T00:00:00.000Z"), true);
    assert.equal(await store.parks.discard("thanks", 1, "r", "eva", "2030-01-01T00:00:00.000Z"), false);
    assert.equal((await store.parks.discarded(10)).length, 1);
  },

  "to discard works whatever the event waits for": async ({ store }) => {
    const statuses = ["retrying", "behind", "parked", "replay"] as const;
    await park(
      store,
      statuses.map((status, at) => parkedAt(at + 1, { status })),
    );
    for (const position of [1, 2, 3, 4])
      assert.equal(
        await store.parks.discard("thanks", position, "r", "eva", "2030-01-01T00:00:00.000Z"),
        true,
      );
    assert.deepEqual(await found(store.parks), []);
  },

  "to discard is listed newest first": async ({ store }) => {
    await park(
      store,
      [5, 1, 3].map((position) => parkedAt(position)),
    );
    for (const [at, position] of [5, 1, 3].entries())
      await store.parks.discard("thanks", position, "r", "eva", `2030-01-01T00:00:0${at}.000Z`);
    const positions = async (limit: number) =>
      (await store.parks.discarded(limit)).map(({ position }) => position);
    assert.deepEqual(await positions(10), [3, 1, 5]);
    assert.deepEqual(await positions(2), [3, 1]);
  },

  "is taken once, however many decide at once": async ({ store }) => {
    await park(store, [parkedAt(1)]);
    const decided = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        store.parks.discard("thanks", 1, `reason ${at}`, "eva", "2030-01-01T00:00:00.000Z"),
      ),
    );
    assert.equal(decided.filter(Boolean).length, 1);
    assert.equal((await store.parks.discarded(10)).length, 1);
  },
});

export const parkCases = [...listing, ...writing, ...deciding];
