import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { type Store, silent } from "@plinth/ports";
import { type SimulatedClock, seededRandom, simulatedClock } from "@plinth/testing";
import { Progress } from "./progress.ts";
import { Subscription, type Work } from "./subscription.ts";
import { Tail } from "./tail.ts";

const LEASE_MS = 10_000;
const HOUR_MS = 3_600_000;

/** Follows the log and does nothing with it. */
const idle: Work = {
  name: "view:idle@1",
  shards: 1,
  begin: async () => ({ handle: async () => true, settled: async () => true, end: async () => {} }),
};

function subscribe(store: Store, clock: SimulatedClock, owner: string): Subscription {
  const tail = new Tail(store, clock, { eventsMax: 10, charactersMax: 1000, pollMs: 250, hintMs: 0 });
  const { subscriptions } = store;
  const progress = new Progress(subscriptions, clock);
  const on = { subscriptions, tail, progress, clock, random: seededRandom(1), logger: silent };
  return new Subscription({ ...on, owner, leaseMs: LEASE_MS }, idle);
}

async function holder(store: Store): Promise<string | null> {
  return (await store.subscriptions.list())[0]?.owner ?? null;
}

test("the lease of an owner that died is not kept for the hour that the clock was set back by", async () => {
  const clock = simulatedClock(10 * HOUR_MS);
  const store = memoryStore({ clock });
  await store.subscriptions.acquire(idle.name, 0, "dead", LEASE_MS);
  clock.jump(clock.now() - HOUR_MS);
  const subscription = subscribe(store, clock, "alive");
  await clock.advance(LEASE_MS);
  assert.equal(await holder(store), "dead", "it may still be renewed");
  await clock.advance(LEASE_MS);
  assert.equal(await holder(store), "alive");
  await subscription.stop();
});

test("the lease of an owner that died is taken within two seconds of its end, whenever one began to wait for it", async () => {
  for (const began of [0, 1200, 2500, 3200]) {
    const clock = simulatedClock(10 * HOUR_MS);
    const store = memoryStore({ clock });
    await store.subscriptions.acquire(idle.name, 0, "dead", LEASE_MS);
    await clock.advance(began);
    const subscription = subscribe(store, clock, "alive");
    await clock.advance(LEASE_MS - began - 1);
    assert.equal(await holder(store), "dead");
    await clock.advance(2000);
    assert.equal(await holder(store), "alive", `began after ${began} ms`);
    await subscription.stop();
  }
});

test("the lease of an owner that lives stays its own, wherever the clock jumps", async () => {
  const clock = simulatedClock(10 * HOUR_MS);
  const store = memoryStore({ clock });
  const first = subscribe(store, clock, "first");
  await clock.advance(0);
  const second = subscribe(store, clock, "second");
  for (const jump of [-HOUR_MS, -HOUR_MS, 5000]) {
    clock.jump(clock.now() + jump);
    await clock.advance(3 * LEASE_MS);
    assert.equal(await holder(store), "first");
  }
  await first.stop();
  await clock.advance(LEASE_MS);
  assert.equal(await holder(store), "second");
  await second.stop();
});
