import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { entity, service, view, z } from "@plinth/model";
import { simulatedClock } from "@plinth/testing";
import { fixture } from "./service.fixture.ts";

const account = entity("account", {
  state: z.object({}),
  initial: {},
  events: { opened: z.object({}) },
})
  .evolve({ opened: (state) => state })
  .commands({});

const roster = view("roster", {
  row: z.object({}),
  key: ({ stream }) => stream.id,
  from: [account],
  on: { "account.opened": () => ({}) },
});

const bank = service("bank", { entities: [account], views: [roster], public: true });

test("what a process has left that died while it removed an old build is removed at the next start", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const first = await fixture(bank, { store, clock });
  await first.runtime.drain(1000);
  const names = ["view:roster@7", "view:others@7", "reactor:roster@7", "build:roster"];
  for (const [shard, name] of names.entries()) await store.subscriptions.acquire(name, shard, "gone", 1);
  const tables = ["roster", "others"].map((name) => ({ view: name, generation: 7 }));
  for (const table of tables) await store.rows.create(table, []);

  const second = await fixture(bank, { store, clock });
  await second.runtime.drain(1000);
  const left = new Set((await store.subscriptions.list()).map(({ subscription }) => subscription));
  assert.deepEqual([...left].sort(), ["build:roster", ...names.slice(1, 3), "view:roster@1"].sort());
  await assert.rejects(store.rows.scan(tables[0]!, null, 1));
  assert.deepEqual(await store.rows.scan(tables[1]!, null, 1), []);
});
