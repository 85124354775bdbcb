import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { type CopyOrigin, type PlinthError, SECTIONS, type Store } from "@plinth/ports";
import { cases, type StoreCase } from "./case.ts";
import { ANNA, accept, commandOf, commitOf } from "./commits.ts";
import {
  assertSame,
  copyAll,
  copySection,
  fillEverything,
  recordsOf,
  sectionOf,
  seenIn,
} from "./everything.ts";
import { BALANCES } from "./rows.ts";
import { take } from "./subscriptions.ts";

const ORIGIN: CopyOrigin = { source: "the ledger of 2029", mark: "print-1" };

function hasCode(code: PlinthError["code"]): (error: PlinthError) => boolean {
  return (error) => error.code === code;
}

function isUnfinished({ code, message }: PlinthError): boolean {
  return code === "unavailable" && /unfinished copy of the ledger of 2029/.test(message);
}

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

export const unfinishedCases = [...beginning, ...unfinished, ...reopened, ...working, ...gone];
