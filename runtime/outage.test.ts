import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { entity, service, view, z } from "@plinth/model";
import { PlinthError, type Store } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { callerOf, everyone, fixture } from "./service.fixture.ts";

const lamp = entity("lamp", {
  state: z.object({}),
  initial: {},
  events: { lit: z.object({}) },
})
  .evolve({ lit: (state) => state })
  .commands({
    light: { on: "any", input: z.object({}), decide: (_state, _input, { emit }) => emit.lit({}) },
  });

const usage = view("usage", {
  row: z.object({ times: z.int() }),
  key: ({ stream }) => stream.id,
  from: [lamp],
  on: { "lamp.lit": (row) => ({ times: (row?.times ?? 0) + 1 }) },
});

/** A store whose rows can't be written while it is full: a commit still finds its place. */
function fullable(store: Store) {
  const at = { isFull: false };
  const refuse = <Result>(write: () => Promise<Result>): Promise<Result> =>
    at.isFull ? Promise.reject(new PlinthError("unavailable", "The disk is full.")) : write();
  const write = store.rows.write.bind(store.rows);
  const check = store.check.bind(store);
  Object.assign(store.rows, { write: (...args: Parameters<typeof write>) => refuse(() => write(...args)) });
  return Object.assign(at, { store: Object.assign(store, { check: () => refuse(check) }) });
}

test("who waits for a view that can't follow is told so at once, and it follows as soon as it can", async () => {
  const clock = simulatedClock();
  const disk = fullable(memoryStore({ clock }));
  const { runtime, run } = await fixture(
    service("home", { entities: [lamp], views: [usage], public: true }),
    {
      store: disk.store,
      clock,
    },
  );
  disk.isFull = true;
  let { position } = await run("lamp.light", "hall", {});
  const row = async () =>
    runtime.operations.row({
      view: "usage",
      key: "hall",
      atLeast: position,
      caller: { ...callerOf(everyone), deadlineMs: 30_000 },
    });
  const waiting = row().catch((error) => error);
  await clock.advance(1500);
  const { code, message } = (await Promise.race([waiting, "It still waits."])) as PlinthError;
  assert.deepEqual([code, message.slice(-17)], ["unavailable", "The disk is full."]);
  for (const [index, outageMs] of [20_000, 35_000, 50_000, 65_000].entries()) {
    await clock.advance(outageMs);
    disk.isFull = false;
    await clock.advance(2000);
    assert.deepEqual(JSON.parse((await row()).row), { times: index + 1 }, "it goes on soon after");
    disk.isFull = true;
    ({ position } = await run("lamp.light", "hall", {}));
  }
  runtime.drain(1000);
  await clock.advance(1000);
});
