import assert from "node:assert/strict";
import type { Log, NewEvent } from "@plinth/ports";
import { cases } from "./case.ts";
import { ANNA, accept, assertGapFree, BERT, commitOf, events, readAll, streamOf } from "./commits.ts";

const MIB = 1024 * 1024;

/** One page may be larger than 8 MiB by what the store can't foresee, but not by much. */
const PAGE_MAX = 10 * MIB;

function large(mib: number): NewEvent {
  return { type: "account.noted", data: `{"note":"${"n".repeat(mib * MIB)}"}` };
}

/** Accounts at 1, 4, 7, 10, orders at 2, 5, 8, invoices at 3, 6, 9. */
async function fillMixed(log: Log): Promise<void> {
  const entities = ["account", "order", "invoice"];
  await log.append(Array.from({ length: 10 }, (_, at) => commitOf(streamOf(`${at}`, entities[at % 3]!), 0)));
}

function positions(page: { readonly events: readonly { readonly position: number }[] }): readonly number[] {
  return page.events.map(({ position }) => position);
}

const pages = cases("reading the log", {
  "of an empty store finds nothing at position 0": async ({ store: { log } }) => {
    assert.deepEqual(await log.read({ after: 0, limit: 10 }), { events: [], position: 0 });
    assert.deepEqual(await log.readStream(ANNA, 0, 10), []);
    assert.deepEqual([await log.head(), await log.version(ANNA)], [0, 0]);
  },

  "goes on where the page before ended": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { events: events(10) }));
    const page = await log.read({ after: 0, limit: 4 });
    assert.deepEqual([positions(page), page.position], [[1, 2, 3, 4], 4]);
    const next = await log.read({ after: page.position, limit: 4 });
    assert.deepEqual([positions(next), next.position], [[5, 6, 7, 8], 8]);
    const last = await log.read({ after: next.position, limit: 4 });
    assert.deepEqual([positions(last), last.position], [[9, 10], 10]);
    assert.deepEqual(await log.read({ after: 10, limit: 4 }), { events: [], position: 10 });
  },

  "of some entities finds theirs alone": async ({ store: { log } }) => {
    await fillMixed(log);
    assert.deepEqual(positions(await log.read({ after: 0, limit: 99, entities: ["order"] })), [2, 5, 8]);
    const twice = await log.read({ after: 0, limit: 99, entities: ["order", "order"] });
    assert.deepEqual(positions(twice), [2, 5, 8], "named twice, found once");
    const two = await log.read({ after: 2, limit: 99, entities: ["order", "invoice", "none"] });
    assert.deepEqual(positions(two), [3, 5, 6, 8, 9]);
  },

  "of some entities says how far it read, past the others too": async ({ store: { log } }) => {
    await fillMixed(log);
    for (const entities of [["order"], ["none"], []])
      assert.equal((await log.read({ after: 0, limit: 99, entities })).position, 10, `${entities}`);
    assert.deepEqual(await log.read({ after: 9, limit: 99, entities: ["order"] }), {
      events: [],
      position: 10,
    });
  },

  "of some entities never reads past what did not fit the page": async ({ store: { log } }) => {
    await fillMixed(log);
    const page = await log.read({ after: 0, limit: 2, entities: ["order"] });
    assert.deepEqual(positions(page), [2, 5]);
    assert.ok(page.position >= 5 && page.position < 8, `${page.position} is before the next order`);
    for (const limit of [1, 2, 3, 4]) {
      const found = await readAll(log, { limit, entities: ["order", "account"] });
      assert.deepEqual(positions({ events: found }), [1, 2, 4, 5, 7, 8, 10], `limit ${limit}`);
    }
  },

  "beyond the head never goes back": async ({ store: { log } }) => {
    await fillMixed(log);
    assert.deepEqual(await log.read({ after: 500, limit: 10 }), { events: [], position: 500 });
    assert.deepEqual(await log.read({ after: 500, limit: 10, entities: ["order"] }), {
      events: [],
      position: 500,
    });
  },

  "ends a page at about 8 MiB": async ({ store: { log } }) => {
    for (let version = 0; version < 20; version += 2)
      await accept(log, commitOf(ANNA, version, { events: [large(1), large(1)] }));
    const page = await log.read({ after: 0, limit: 1000 });
    const bytes = page.events.reduce((sum, { data }) => sum + data.length, 0);
    assert.ok(bytes > 5 * MIB && bytes <= PAGE_MAX, `${bytes} bytes in a page`);
    assert.equal(page.position, page.events.at(-1)!.position);
    assertGapFree(await readAll(log));
    const filtered = await readAll(log, { entities: ["account"] });
    assert.equal(filtered.length, 20);
  },

  "brings one event however large it is": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { events: [...events(1), large(9), large(9), ...events(1)] }));
    const found = await readAll(log);
    assert.deepEqual(
      found.map(({ data }) => data.length > 9 * MIB),
      [false, true, true, false],
    );
    assert.equal((await log.readStream(ANNA, 1, 10))[0]!.version, 2);
  },
});

const streams = cases("reading a stream", {
  "goes on after a version, up to the limit": async ({ store: { log } }) => {
    await log.append([
      commitOf(ANNA, 0, { events: events(3) }),
      commitOf(BERT, 0),
      commitOf(ANNA, 3, { events: events(3) }),
    ]);
    const versions = async (after: number, limit: number) =>
      (await log.readStream(ANNA, after, limit)).map(({ version }) => version);
    assert.deepEqual(await versions(0, 100), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await versions(2, 3), [3, 4, 5]);
    assert.deepEqual(await versions(5, 3), [6]);
    assert.deepEqual(await versions(6, 3), []);
    assert.deepEqual(await versions(99, 3), []);
  },

  "ends at about 8 MiB": async ({ store: { log } }) => {
    for (let version = 0; version < 20; version += 4)
      await accept(log, commitOf(ANNA, version, { events: [large(1), large(1), large(1), large(1)] }));
    const found = await log.readStream(ANNA, 0, 1000);
    const bytes = found.reduce((sum, { data }) => sum + data.length, 0);
    assert.ok(bytes > 5 * MIB && bytes <= PAGE_MAX, `${bytes} bytes in a page`);
    assert.equal((await log.readStream(ANNA, found.length, 1000))[0]!.version, found.length + 1);
  },

  "of a hundred thousand events finds every one": async ({ store: { log } }) => {
    for (let version = 0; version < 100_000; version += 10_000)
      await log.append(
        Array.from({ length: 10 }, (_, at) => commitOf(ANNA, version + at * 1000, { events: events(1000) })),
      );
    assert.deepEqual([await log.version(ANNA), await log.head()], [100_000, 100_000]);
    let after = 0;
    while (after < 100_000) {
      const page = await log.readStream(ANNA, after, 5000);
      assert.ok(page.length > 0);
      for (const event of page) assert.equal(event.version, ++after);
    }
    assert.deepEqual(
      (await log.readStream(ANNA, 99_998, 10)).map(({ position }) => position),
      [99_999, 100_000],
    );
  },
});

const FAR = 2 ** 32 - 3;

const far = cases(
  "a log that begins at a high position",
  {
    "has its head right before it": async ({ store: { log } }) => {
      assert.equal(await log.head(), FAR - 1);
      assert.deepEqual(await log.read({ after: 0, limit: 10 }), { events: [], position: FAR - 1 });
      const outcome = await accept(log, commitOf(ANNA, 0, { events: [] }));
      assert.equal(outcome.position, FAR - 1);
    },

    "goes beyond 2^32 without a hole": async ({ store: { log } }) => {
      for (let version = 0; version < 10; version++)
        assert.equal((await accept(log, commitOf(ANNA, version))).position, FAR + version);
      const all = await readAll(log);
      assert.equal(all.length, 10);
      assertGapFree(all, FAR);
      assert.deepEqual(positions(await log.read({ after: 2 ** 32, limit: 2 })), [2 ** 32 + 1, 2 ** 32 + 2]);
    },

    "keeps high positions wherever there are any": async ({ store: { log, rows, subscriptions, parks } }) => {
      const position = 2 ** 32 + 6;
      await accept(
        log,
        commitOf(ANNA, 0, { events: events(10), command: { id: "c1", fingerprint: "", refusal: null } }),
      );
      assert.equal((await log.answer("c1"))?.position, position);
      const stale = {
        kind: "unchanged",
        tenant: "main",
        entities: ["account"],
        after: position - 1,
      } as const;
      const [conflict, accepted] = await log.append([
        commitOf(BERT, 0, { conditions: [stale] }),
        commitOf(BERT, 0, { conditions: [{ ...stale, after: position }] }),
      ]);
      assert.deepEqual([conflict!.kind, accepted!.kind], ["conflict", "accepted"]);
      const table = { view: "far", generation: 1 };
      await rows.create(table, []);
      const lease = (await subscriptions.acquire("far", 0, "a", 1000))!.lease;
      await rows.write(table, [{ tenant: "main", key: "k", row: "{}", position }], { lease, position });
      assert.equal((await rows.get(table, "main", "k"))?.position, position);
      assert.equal((await subscriptions.list())[0]!.position, position);
      assert.deepEqual(await parks.list({ after: { subscription: "far", position }, limit: 1 }), []);
    },
  },
  { firstPosition: FAR },
);

export const readingCases = [...pages, ...streams, ...far];
