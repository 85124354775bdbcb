import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { entity, service, z } from "@plinth/model";
import { simulatedClock } from "@plinth/testing";
import { callerOf, everyone, type Fixture, fixture } from "./service.fixture.ts";

/** Counts what happened, in one way or another. */
function counters(factor: number, options: { stored: boolean } = { stored: true }) {
  const counter = entity("counter", {
    state: z.object({ count: z.int() }).describe(`Counts by ${factor}.`),
    initial: { count: 0 },
    ...options,
    events: { counted: z.object({}) },
  })
    .evolve({ counted: ({ count }) => ({ count: count + factor }) })
    .commands({
      count: { on: "any", input: z.object({}), decide: (_state, _input, { emit }) => emit.counted({}) },
    });
  return service("counters", { entities: [counter], public: true });
}

async function listed({ runtime }: Fixture): Promise<string[]> {
  const all = { filters: [], sort: [], cursor: null, limit: 50, atLeast: 0 };
  return [
    ...(await runtime.operations.list({ caller: callerOf(everyone), entity: "counter", ...all })).items,
  ];
}

async function restarted(before: Fixture, factor: number): Promise<Fixture> {
  await before.runtime.drain(1000);
  return fixture(counters(factor), { store: before.store, clock: before.clock, seed: 2 });
}

test("stored states follow a changed definition", async () => {
  const before = await fixture(counters(1));
  for (const id of ["a", "b", "a"]) await before.run("counter.count", id, {});
  const after = await restarted(before, 10);
  const reply = await after.runtime.operations.get({
    caller: callerOf(everyone),
    entity: "counter",
    id: "a",
    atLeast: 0,
  });
  assert.deepEqual(JSON.parse(reply.state), { count: 20 });
  assert.equal((await after.run("counter.count", "b", {})).state, '{"count":20}');
  await after.clock.advance(1000);
  assert.deepEqual(await listed(after), [
    '{"id":"a","version":2,"state":{"count":20}}',
    '{"id":"b","version":2,"state":{"count":20}}',
  ]);
  assert.equal(await after.store.log.head(), 4);
});

test("states that were not stored before are stored", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const before = await fixture(counters(1, { stored: false }), { store, clock });
  await before.run("counter.count", "a", {});
  const after = await restarted(before, 1);
  await clock.advance(1000);
  assert.deepEqual(await listed(after), ['{"id":"a","version":1,"state":{"count":1}}']);
});

test("stored states of an unchanged definition are trusted, not folded anew", async () => {
  const before = await fixture(counters(1));
  await before.run("counter.count", "a", {});
  const after = await restarted(before, 1);
  await after.clock.advance(1000);
  const names = (await after.store.generations.list()).map(({ view, generation }) => `${view}@${generation}`);
  assert.deepEqual(names, ["state:counter@1"]);
});
