import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import type { Commit, Store } from "@plinth/ports";
import { type SimulatedClock, simulatedClock } from "@plinth/testing";
import { Tail } from "./tail.ts";

const limits = { eventsMax: 100, charactersMax: 100_000, pollMs: 250, hintMs: 2 };

function commit(id: string, expectedVersion: number, count = 1): Commit {
  const events = Array.from({ length: count }, () => ({ type: "a.e", data: `{"of":"${id}"}` }));
  const stream = { tenant: "main", entity: "a", id };
  const rest = { state: null, command: null, unique: [], conditions: [], actor: "tester", trace: null };
  return { stream, expectedVersion, events, at: "2030-01-01T00:00:00.000Z", ...rest };
}

/** A tail, and a store that counts how often its log is read. */
async function following(): Promise<{
  tail: Tail;
  store: Store;
  clock: SimulatedClock;
  reads: () => number;
}> {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  let reads = 0;
  const read = store.log.read.bind(store.log);
  store.log.read = (query) => {
    reads += 1;
    return read(query);
  };
  const tail = new Tail(store, clock, limits);
  await tail.start();
  return { tail, store, clock, reads: () => reads };
}

test("does not read what it was hinted at and has taken over", async () => {
  const { tail, store, clock, reads } = await following();
  const batch = [commit("a", 0), commit("b", 0)];
  tail.committed(batch, await store.log.append(batch));
  await clock.advance(limits.pollMs - 1);
  assert.equal(reads(), 0);
  await store.log.append([commit("other", 0)]);
  await clock.advance(limits.hintMs);
  assert.deepEqual(await seen(tail), ["1 a1", "2 b1", "3 other1"]);
});

async function seen(tail: Tail): Promise<string[]> {
  const { events } = await tail.read(0);
  return events.map(({ position, version, data }) => `${position} ${(data as { of: string }).of}${version}`);
}

test("takes over what this process committed, several events a commit, without reading it", async () => {
  const { tail, store, reads } = await following();
  const batch = [commit("a", 0, 2), commit("b", 7), commit("b", 0)];
  tail.committed(batch, await store.log.append(batch));
  assert.deepEqual(await seen(tail), ["1 a1", "2 a2", "3 b1"]);
  assert.equal(reads(), 0);
});

test("reads what another process committed in between, and has nothing twice", async () => {
  const { tail, store, clock, reads } = await following();
  const first = [commit("a", 0)];
  tail.committed(first, await store.log.append(first));
  await store.log.append([commit("other", 0)]);
  const second = [commit("a", 1)];
  tail.committed(second, await store.log.append(second));
  await clock.advance(10);
  assert.deepEqual(await seen(tail), ["1 a1", "2 other1", "3 a2"]);
  assert.deepEqual(
    (await tail.read(1)).events.map(({ position }) => position),
    [2, 3],
  );
  assert.ok(reads() > 0);
});

test("what was taken over while the log was being read is not there twice", async () => {
  const { tail, store, clock } = await following();
  const batches = [[commit("a", 0)], [commit("a", 1)]];
  const first = await store.log.append(batches[0]!);
  const read = store.log.read;
  store.log.read = async (query) => {
    const page = await read(query);
    store.log.read = read;
    tail.committed(batches[0]!, first);
    tail.committed(batches[1]!, await store.log.append(batches[1]!));
    return page;
  };
  await clock.advance(10);
  assert.deepEqual(await seen(tail), ["1 a1", "2 a2"]);
});

test("stops also while others commit more than it can read", async () => {
  const { tail, store, clock, reads } = await following();
  const read = store.log.read;
  store.log.read = async (query) => {
    if (reads() < 100) await store.log.append([commit(`other ${reads()}`, 0)]);
    await new Promise(setImmediate);
    return read(query);
  };
  await clock.advance(limits.pollMs);
  await tail.stop();
  assert.ok(reads() < 10, `it has read ${reads()} times`);
});
