import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { entity, service, z } from "@plinth/model";
import type { Log } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { fixture } from "./service.fixture.ts";

const account = entity("account", {
  state: z.object({ locker: z.string().nullable(), closed: z.boolean() }),
  initial: { locker: null, closed: false },
  unique: { locker: ({ locker }) => locker },
  events: { rented: z.object({ locker: z.string() }), closed: z.object({}) },
})
  .evolve({
    rented: (state, { locker }) => ({ ...state, locker }),
    closed: (state) => ({ ...state, closed: true }),
  })
  .commands({
    rent: {
      on: "any",
      input: z.object({ locker: z.string() }),
      decide: ({ closed }, input, { emit, refuse }) =>
        closed ? refuse("account_closed", "It is closed.") : emit.rented(input),
    },
    close: { on: "any", input: z.object({}), decide: (_state, _input, { emit }) => emit.closed({}) },
  });

test("whoever is told that a value is taken is told so again, whatever came in between", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const bank = service("bank", { entities: [account], public: true });
  const other = await fixture(bank, { store, clock });
  await other.run("account.rent", "a", { locker: "1" });
  const append = store.log.append.bind(store.log);
  let isTaken = false;
  const closing: Log["append"] = async (batch) => {
    const outcomes = await append(batch);
    const closes = !isTaken && outcomes.some(({ kind }) => kind === "taken");
    isTaken ||= closes;
    if (closes) await other.run("account.close", "b", {});
    return outcomes;
  };
  store.log.append = (batch) => (isTaken ? append(batch) : closing(batch));
  const one = await fixture(bank, { store, clock });
  const rent = () => one.run("account.rent", "b", { locker: "1" }, { key: "k" });
  await assert.rejects(rent(), { code: "account_closed" });
  assert.ok(isTaken);
  await assert.rejects(rent(), { code: "account_closed" });
});
