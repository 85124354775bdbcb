import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { type CopyOrigin, type PlinthError, SECTIONS, type Store } from "@plinth/ports";
import { cases, type StoreCase, type Trial } from "./case.ts";
import { ANNA, accept, append, BERT, commandOf, commitOf, events, streamOf } from "./commits.ts";
import {
  assertSame,
  copyAll,
  copySection,
  fillEverything,
  LONG,
  recordsOf,
  sectionOf,
  seenIn,
} from "./everything.ts";
import { BALANCES } from "./rows.ts";
import { take } from "./subscriptions.ts";

const ORIGIN: CopyOrigin = { source: "the ledger of 2029", mark: "print-1" };

/** Beyond 2^32. */
const HIGH = 2 ** 33 + 7;

function hasCode(code: PlinthError["code"]): (error: PlinthError) => boolean {
  return (error) => error.code === code;
}

function isUnfinished({ code, message }: PlinthError): boolean {
  return code === "unavailable" && /unfinished copy of the ledger of 2029/.test(message);
}

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

/** What makes a store one that is not empty. */
const CONTENT: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  "an event": ({ log }) => accept(log, commitOf(ANNA, 0)),
  "an answer": ({ log }) => accept(log, commitOf(ANNA, 0, { events: [], command: commandOf("c") })),
  "a generation": ({ generations }) => generations.add("balances", "print"),
  "a checkpoint": ({ subscriptions }) => take(subscriptions),
  "a token once given": async ({ subscriptions }) => {
    await take(subscriptions);
    await subscriptions.remove("balances");
  },
  "a generation once numbered": async ({ generations }) => {
    await generations.remove(await generations.add("balances", "print"));
  },
};

const beginning = cases("a copy that begins", {
  ...Object.fromEntries(
    Object.entries(CONTENT).map(([what, fill]): [string, StoreCase["run"]] => [
      `is refused by a store with ${what}, which stays as it was`,
      async ({ store }) => {
        await fill(store);
        const before = await recordsOf(store, 10);
        await assert.rejects(store.transfer.begin(ORIGIN), hasCode("already_exists"));
        assert.equal(await store.transfer.unfinished(), null);
        assertSame(await recordsOf(store, 10), before);
        await store.check();
      },
    ]),
  ),

  "is refused where one has begun": async ({ store }) => {
    await store.transfer.begin(ORIGIN);
    await assert.rejects(store.transfer.begin({ ...ORIGIN, mark: "2" }), hasCode("already_exists"));
    assert.equal((await store.transfer.unfinished())?.origin.mark, "print-1");
  },

  "has to begin before it is written or finished": async ({ store, another }) => {
    const source = await another();
    await accept(source.log, commitOf(ANNA, 0));
    const page = await source.transfer.read("events", null, 10);
    await assert.rejects(store.transfer.write("events", null, page), hasCode("invalid_argument"));
    await assert.rejects(store.transfer.finish(), hasCode("invalid_argument"));
    assert.equal(await store.log.head(), 0);
    await copyAll(source, store);
    await assert.rejects(store.transfer.write("events", null, page), hasCode("invalid_argument"));
    await assert.rejects(store.transfer.finish(), hasCode("invalid_argument"));
  },
});

const unfinished = cases("an unfinished copy", {
  "tells what it is made of, and how far it is": async ({ store, another }) => {
    const source = await another();
    await fillEverything(source);
    assert.equal(await store.transfer.unfinished(), null);
    await store.transfer.begin(ORIGIN);
    const places = Object.fromEntries(SECTIONS.map((section) => [section, null]));
    assert.deepEqual(await store.transfer.unfinished(), { origin: ORIGIN, places });
    await copySection(source, store, "numbers", 100);
    const page = await source.transfer.read("events", null, 5);
    assert.equal(await store.transfer.write("events", null, page), page.place);
    const found = await store.transfer.unfinished();
    assert.deepEqual([found?.places.events, found?.places.rows], [page.place, null]);
    assert.deepEqual(found?.origin, ORIGIN);
  },

  "takes each page once, and only where it has come to": async ({ store, another }) => {
    const source = await another();
    await fillEverything(source);
    await store.transfer.begin(ORIGIN);
    for (const section of SECTIONS) {
      const first = await source.transfer.read(section, null, 1);
      const second = await source.transfer.read(section, first.place, 1);
      if (second.records.length > 0)
        assert.equal(await store.transfer.write(section, first.place, second), null, "not yet");
      for (let time = 0; time < 2; time++)
        assert.equal(await store.transfer.write(section, null, first), first.place, "once");
      const kept = await sectionOf(store, section, 10);
      assert.equal(kept.filter((record) => isDeepStrictEqual(record, first.records[0])).length, 1, section);
      await copySection(source, store, section, 3);
    }
    await store.transfer.finish();
    assertSame(await recordsOf(store, 1000), await recordsOf(source, 1000));
  },

  "is written by two at once as by one": async ({ store, another }) => {
    const source = await another();
    await fillEverything(source);
    await store.transfer.begin(ORIGIN);
    const copyOn = async (limit: number) => {
      for (const section of SECTIONS) {
        let after = (await store.transfer.unfinished())!.places[section];
        for (;;) {
          const page = await source.transfer.read(section, after, limit);
          if (page.records.length === 0) break;
          after = await store.transfer.write(section, after, page);
        }
      }
    };
    await Promise.all([copyOn(11), copyOn(17)]);
    await store.transfer.finish();
    assertSame(await recordsOf(store, 1000), await recordsOf(source, 1000));
  },

  "is not served: it says so, and takes nothing else": async ({ store }) => {
    await store.transfer.begin(ORIGIN);
    const calls = [
      () => store.check(),
      () => store.log.append([commitOf(ANNA, 0)]),
      () => store.rows.create(BALANCES, []),
      () => store.generations.add("balances", "print"),
      () => store.subscriptions.acquire("balances", 0, "node-a", 1000),
      () => store.states.index("account", ["balance"]),
      () => store.parks.replay("thanks", 1, null),
      () => store.check(),
    ];
    for (const call of calls) await assert.rejects(call, isUnfinished, `${call}`);
    await store.transfer.finish();
    await store.check();
    await accept(store.log, commitOf(ANNA, 0));
  },

  "answers nothing after the store has closed": async ({ store }) => {
    await store.transfer.begin(ORIGIN);
    await store.close();
    const { transfer } = store;
    const page = { records: [], place: null };
    const calls = [
      () => transfer.counts(),
      () => transfer.owners(),
      () => transfer.read("events", null, 1),
      () => transfer.unfinished(),
      () => transfer.write("events", null, page),
      () => transfer.finish(),
    ];
    for (const call of calls) await assert.rejects(call, hasCode("unavailable"), `${call}`);
  },
});

const reopened = cases(
  "an unfinished copy",
  {
    "goes on where it was, by whoever opens it to copy, and is opened by nobody else": async ({
      store,
      open,
      another,
    }) => {
      const source = await another();
      await fillEverything(source);
      await store.transfer.begin(ORIGIN);
      await store.close();
      for (const section of SECTIONS) {
        await assert.rejects(open(), isUnfinished);
        const copy = await open({ copying: true });
        const page = await source.transfer.read(section, null, 2);
        await copy.transfer.write(section, null, page);
        await copy.close();
        const again = await open({ copying: true });
        assert.equal((await again.transfer.unfinished())!.places[section], page.place);
        await copySection(source, again, section, 100);
        await again.close();
      }
      const copy = await open({ copying: true });
      await copy.transfer.finish();
      await copy.close();
      const finished = await open();
      await finished.check();
      assertSame(await recordsOf(finished, 1000), await recordsOf(source, 1000));
      assert.deepEqual(await seenIn(finished), await seenIn(source));
    },
  },
  { needs: ["durable"] },
);

const working = cases("who works on a store", {
  "is told by the leases that are held, each once": async ({ store: { transfer, subscriptions } }) => {
    assert.deepEqual(await transfer.owners(), []);
    for (const shard of [0, 1])
      assert.ok(await subscriptions.acquire("orders", shard, "node-b", 60_000), `shard ${shard}`);
    const mine = await take(subscriptions, "node-c", "mails");
    await subscriptions.release(mine);
    assert.deepEqual(await transfer.owners(), ["node-b"]);
  },
});

const gone = cases(
  "who works on a store",
  {
    "is not told by leases that have run out": async ({ store: { transfer, subscriptions }, clock }) => {
      await take(subscriptions, "node-a", "balances");
      await clock.advance(999);
      assert.deepEqual(await transfer.owners(), ["node-a"]);
      await take(subscriptions, "node-b", "orders");
      await clock.advance(1);
      assert.deepEqual(await transfer.owners(), ["node-b"]);
    },
  },
  { needs: ["clock"] },
);

export const transferCases = [
  ...reading,
  ...whole,
  ...beginning,
  ...unfinished,
  ...reopened,
  ...working,
  ...gone,
];
