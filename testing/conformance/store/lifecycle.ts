import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { PlinthError, Store } from "@plinth/ports";
import { cases } from "./case.ts";
import {
  ANNA,
  accept,
  append,
  BERT,
  commandOf,
  commitOf,
  events,
  kinds,
  readAll,
  streamOf,
} from "./commits.ts";
import { BALANCES, fill, rowOf } from "./rows.ts";
import { take } from "./subscriptions.ts";

/** How long a hint may take to come before we say it is missing. */
const HINT_MS = 5000;

function isUnavailable(error: PlinthError): boolean {
  return error.code === "unavailable";
}

/** Resolves to the position that the store hints at after a commit. */
function hint({ log }: Store): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("No listener was called.")), HINT_MS);
    const stop = log.onAppend((position) => {
      clearTimeout(late);
      stop();
      resolve(position);
    });
  });
}

const closing = cases("a store", {
  "says that it is well": async ({ store }) => {
    await store.check();
  },

  "finishes what was begun before it closes": async ({ store }) => {
    await store.rows.create(BALANCES, []);
    const lease = await take(store.subscriptions);
    const begun = Array.from({ length: 20 }, (_, at) => append(store.log, commitOf(streamOf(`s${at}`), 0)));
    const written = [
      store.rows.write(BALANCES, [rowOf("a", {})], { lease, position: 1 }),
      store.parks.write({ put: [], change: [], remove: [] }, { lease, position: 2 }),
      store.subscriptions.advance({ lease, position: 3 }),
    ];
    const closed = store.close();
    assert.deepEqual(new Set(kinds(await Promise.all(begun))), new Set(["accepted"]));
    assert.deepEqual(await Promise.all(written), [true, true, true]);
    await closed;
  },

  "answers nothing more after it has closed": async ({ store }) => {
    await accept(store.log, commitOf(ANNA, 0));
    await store.close();
    const calls = [
      () => store.log.append([commitOf(ANNA, 1)]),
      () => store.log.read({ after: 0, limit: 1 }),
      () => store.log.version(ANNA),
      () => store.states.get(ANNA),
      () => store.rows.create(BALANCES, []),
      () => store.generations.add("balances", "print"),
      () => store.subscriptions.acquire("balances", 0, "a", 1),
      () => store.parks.list({ limit: 1 }),
      () => store.check(),
    ];
    for (const call of calls) await assert.rejects(call, isUnavailable, `${call}`);
  },

  "may be closed twice": async ({ store }) => {
    await Promise.all([store.close(), store.close()]);
    await store.close();
  },
});

const listening = cases("a listener", {
  "is called after a commit that it can then read": async ({ store }) => {
    const hinted = hint(store).then(async (position) => ({ position, head: await store.log.head() }));
    await accept(store.log, commitOf(ANNA, 0));
    assert.deepEqual(await hinted, { position: 1, head: 1 });
  },

  "is called whoever else listens, until it is stopped": async ({ store }) => {
    let calls = 0;
    const stop = store.log.onAppend(() => void calls++);
    const other = hint(store);
    await accept(store.log, commitOf(ANNA, 0));
    await other;
    while (calls === 0) await wait(1);
    stop();
    stop();
    await wait(20);
    const before = calls;
    const next = hint(store);
    await accept(store.log, commitOf(BERT, 0));
    await next;
    await wait(20);
    assert.equal(calls, before);
  },
});

const reopened = cases(
  "a store that is opened again",
  {
    "has its log, and goes on with it": async ({ store, open }) => {
      await store.log.append([commitOf(ANNA, 0, { events: events(3) }), commitOf(BERT, 0)]);
      const before = await readAll(store.log);
      await store.close();
      const { log } = await open();
      assert.deepEqual(await readAll(log), before);
      assert.deepEqual(await append(log, commitOf(ANNA, 2)), { kind: "conflict" });
      assert.deepEqual(await append(log, commitOf(ANNA, 3)), { kind: "accepted", version: 4, position: 5 });
    },

    "has the answers, states and unique values": async ({ store, open }) => {
      const unique = [{ index: "account.email", release: null, claim: "x" }];
      await accept(store.log, commitOf(ANNA, 0, { state: '{"n":1}', command: commandOf("c1"), unique }));
      const answer = await store.log.answer("c1");
      await store.close();
      const { log, states } = await open();
      assert.deepEqual(await states.get(ANNA), { id: "anna", version: 1, state: '{"n":1}' });
      const outcomes = await log.append([
        commitOf(BERT, 0, { command: commandOf("c1") }),
        commitOf(BERT, 0, { unique }),
      ]);
      assert.deepEqual(outcomes, [
        { kind: "duplicate", answer },
        { kind: "taken", index: "account.email" },
      ]);
    },

    "has its rows, leases and checkpoints": async ({ store, open }) => {
      await fill(store, [rowOf("a", { n: 1 })], ["n"]);
      const lease = await take(store.subscriptions);
      await store.subscriptions.advance({ lease, position: 77 });
      const statuses = await store.subscriptions.list();
      await store.close();
      const { rows, subscriptions } = await open();
      assert.equal((await rows.get(BALANCES, "main", "a"))?.row, '{"n":1}');
      assert.deepEqual(await subscriptions.list(), statuses);
      assert.equal(await rows.write(BALANCES, [rowOf("b", {})], { lease, position: 78 }), true);
      await subscriptions.release(lease);
      assert.ok((await take(subscriptions, "node-b")).token > lease.token);
    },

    "gives no token or generation twice, though all were removed": async ({ store, open }) => {
      const zombie = await take(store.subscriptions);
      await store.subscriptions.remove("balances");
      await store.generations.add("balances", "print");
      await store.generations.remove({ view: "balances", generation: 1 });
      await store.close();
      const { subscriptions, generations } = await open();
      await take(subscriptions);
      assert.equal(await subscriptions.advance({ lease: zombie, position: 1 }), false);
      assert.equal((await generations.add("balances", "print")).generation, 2);
    },

    "has what was parked and what was discarded": async ({ store, open }) => {
      const lease = await take(store.subscriptions, "node-a", "thanks");
      const parked = {
        subscription: "thanks",
        shard: 0,
        key: "k",
        status: "parked",
        attempts: 9,
        dueAt: 0,
        error: "Boom.",
        data: null,
        parkedAt: 5,
      } as const;
      const put = [1, 2].map((position) => ({ ...parked, position }));
      await store.parks.write({ put, change: [], remove: [] }, { lease, position: 2 });
      await store.parks.discard("thanks", 1, "Not ours.", "eva", "2030-01-01T00:00:00.000Z");
      await store.close();
      const { parks } = await open();
      assert.deepEqual(await parks.list({ limit: 10 }), [put[1]]);
      assert.deepEqual(
        (await parks.discarded(10)).map(({ reason }) => reason),
        ["Not ours."],
      );
    },

    "has everything that was begun before it closed": async ({ store, open }) => {
      const begun = Array.from({ length: 50 }, (_, at) => append(store.log, commitOf(streamOf(`s${at}`), 0)));
      await store.close();
      await Promise.all(begun);
      assert.equal(await (await open()).log.head(), 50);
    },
  },
  { needs: ["durable"] },
);

const copied = cases(
  "a backup",
  {
    "is a whole copy, taken while the store is written to": async ({ store, underTest }) => {
      const { path, open } = underTest.copy!;
      for (let version = 0; version < 300; version += 3)
        await accept(store.log, commitOf(ANNA, version, { events: events(3) }));
      const done: number[] = [];
      const copying = store.backup!(path, (part) => done.push(part));
      for (let version = 0; version < 30; version += 3)
        await accept(store.log, commitOf(BERT, version, { events: events(3) }));
      await copying;
      const copy = await open();
      try {
        const found = await readAll(copy.log);
        assert.ok(found.length >= 300 && found.length % 3 === 0, `${found.length} events, in whole commits`);
        assert.deepEqual(found, (await readAll(store.log)).slice(0, found.length));
        await accept(copy.log, commitOf(ANNA, 300));
      } finally {
        await copy.close();
      }
      assert.equal(await store.log.version(ANNA), 300);
      assert.ok(
        done.every((part) => part >= 0 && part <= 1),
        `${done}`,
      );
    },

    "does not overwrite what is there": async ({ store, underTest }) => {
      const { path } = underTest.copy!;
      await store.backup!(path);
      await assert.rejects(store.backup!(path));
    },
  },
  { needs: ["backup"] },
);

export const lifecycleCases = [...closing, ...listening, ...reopened, ...copied];
