import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@plinth/memory";
import { entity, z } from "@plinth/model";
import type { Store } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { Entities } from "./entities.ts";
import type { LogEvent } from "./tail.ts";

const counter = entity("counter", {
  state: z.object({ sum: z.int() }),
  initial: { sum: 0 },
  events: { added: z.object({ n: z.int() }) },
})
  .evolve({ added: ({ sum }, { n }) => ({ sum: sum + n }) })
  .commands({
    add: { on: "any", input: z.object({ n: z.int() }), decide: (_, input, { emit }) => emit.added(input) },
  });

const stream = { tenant: "main", entity: "counter", id: "a" };

function added(version: number, n: number, type = "counter.added"): LogEvent {
  return { type, data: { n }, stream, version, position: version, at: "", actor: "", trace: null };
}

/** Entities that know a stream at version 0. */
async function known() {
  const store: Store = memoryStore({ clock: simulatedClock() });
  const entities = new Entities(store, 100_000);
  const entry = await entities.load(counter, stream);
  return { entities, entry };
}

describe("what other processes have committed", () => {
  it("is taken over where the state before it is known", async () => {
    const { entities, entry } = await known();
    entities.follow(counter, added(1, 5));
    entities.follow(counter, added(2, 7));
    assert.deepEqual(entry.committed, { state: { sum: 12 }, version: 2 });
    assert.equal(entry.tip, entry.committed);
  });

  it("is left alone where it is not the next, or is known already", async () => {
    const { entities, entry } = await known();
    entities.follow(counter, added(2, 5));
    assert.equal(entry.committed.version, 0);
    for (let time = 0; time < 2; time++) entities.follow(counter, added(1, 5));
    assert.deepEqual(entry.committed, { state: { sum: 5 }, version: 1 });
  });

  it("is left alone while something is decided upon what was there", async () => {
    const { entities, entry } = await known();
    entry.tip = { state: { sum: 1 }, version: 1 };
    entities.follow(counter, added(1, 5));
    assert.equal(entry.committed.version, 0);
    assert.deepEqual(entry.tip, { state: { sum: 1 }, version: 1 });
  });

  it("is not loaded for its own sake", async () => {
    const { entities } = await known();
    entities.follow(counter, { ...added(1, 5), stream: { ...stream, id: "b" } });
    assert.equal(entities.cache.peek({ ...stream, id: "b" }), undefined);
  });

  it("lets go of a state whose next event is not known here", async () => {
    const { entities } = await known();
    entities.follow(counter, added(1, 5, "counter.doubled"));
    assert.equal(entities.cache.peek(stream), undefined);
  });
});
