import assert from "node:assert/strict";
import { test } from "node:test";
import { entity, reactor, service, z } from "@plinth/model";
import { callerOf, everyone, type Fixture, fixture } from "./service.fixture.ts";

const order = entity("order", {
  state: z.object({ placed: z.boolean() }),
  initial: { placed: false },
  events: { placed: z.object({ amount: z.int() }) },
})
  .evolve({ placed: () => ({ placed: true }) })
  .commands({
    place: {
      on: "new",
      input: z.object({ amount: z.int() }),
      allow: () => true,
      decide: (_state, input, { emit }) => emit.placed(input),
    },
  });

const ledger = entity("ledger", {
  state: z.object({ total: z.int() }),
  initial: { total: 0 },
  allow: () => true,
  events: { booked: z.object({ amount: z.int() }) },
})
  .evolve({ booked: ({ total }, { amount }) => ({ total: total + amount }) })
  .commands({
    book: {
      on: "any",
      input: z.object({ amount: z.int().max(100) }),
      decide: (_state, input, { emit }) => emit.booked(input),
    },
  });

const booking = reactor("booking", {
  from: [order],
  on: {
    "order.placed": async ({ data, stream }, { send }) => {
      await send(ledger, "book", { id: stream.tenant, input: data });
    },
  },
});

const shop = service("shop", { entities: [order, ledger], reactors: [booking] });

async function total({ runtime }: Fixture): Promise<number> {
  const request = { caller: callerOf(everyone), entity: "ledger", id: "main", atLeast: 0 };
  const { state } = await runtime.operations.get(request);
  return JSON.parse(state).total;
}

test("a running service lets its reactors act, past policies, within the tenant", async () => {
  const it = await fixture(shop);
  for (const amount of [1, 2, 3]) await it.run("order.place", null, { amount });
  await it.clock.advance(100);
  assert.equal(await total(it), 6);
});

test("a drained service has handled what its reactors began, and the next one handles nothing twice", async () => {
  const it = await fixture(shop);
  for (const amount of [1, 2, 3]) await it.run("order.place", null, { amount });
  const drained = it.runtime.drain(5000);
  await it.clock.advance(5000);
  assert.equal(await drained, true);
  const next = await fixture(shop, { store: it.store, clock: it.clock, seed: 2 });
  await next.run("order.place", null, { amount: 4 });
  await next.clock.advance(1000);
  assert.equal(await total(next), 10);
});

test("what a reactor cannot do is parked, seen in the metrics, and done when a person has mended it", async () => {
  const it = await fixture(shop);
  await it.run("order.place", null, { amount: 1000 });
  await it.run("order.place", null, { amount: 5 });
  await it.clock.advance(1000);
  const [parked] = await it.store.parks.list({ limit: 10 });
  assert.deepEqual([parked?.status, parked?.position], ["parked", 1]);
  assert.match(parked!.error, /not valid/);
  const metric = it.runtime.operations.metrics().find(({ name }) => name === "plinth_reactor_parked_total");
  assert.deepEqual(metric?.type === "counter" && metric.samples, [
    { labels: { subscription: "reactor:booking" }, value: 1 },
  ]);
  assert.equal(await total(it), 5);
  assert.ok(await it.store.parks.replay("reactor:booking", 1, '{"amount":100}'));
  await it.clock.advance(2000);
  assert.equal(await total(it), 105);
  assert.deepEqual(await it.store.parks.list({ limit: 10 }), []);
});

test("a process without the worker's role leaves the log to others", async () => {
  const it = await fixture(shop, { roles: { api: true, worker: false } });
  await it.run("order.place", null, { amount: 1 });
  await it.clock.advance(1000);
  await assert.rejects(total(it), { code: "not_found" });
});
