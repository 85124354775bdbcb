import assert from "node:assert/strict";
import type { Generations, PlinthError } from "@plinth/ports";
import { cases } from "./case.ts";

/** `1 live, 2 building`, in the order of the numbers. */
async function listed(generations: Generations, view = "balances"): Promise<string> {
  const own = (await generations.list()).filter((one) => one.view === view);
  return own
    .sort((a, b) => a.generation - b.generation)
    .map(({ generation, status }) => `${generation} ${status}`)
    .join(", ");
}

async function addMany(generations: Generations, count: number): Promise<void> {
  for (let added = 0; added < count; added++) await generations.add("balances", `print-${added}`);
}

function balances(generation: number): { view: string; generation: number } {
  return { view: "balances", generation };
}

export const generationCases = cases("a generation", {
  "is added as building, with its fingerprint, numbered from 1": async ({ store: { generations } }) => {
    assert.deepEqual(await generations.list(), []);
    const first = { view: "balances", generation: 1, status: "building", fingerprint: "print-1" };
    assert.deepEqual(await generations.add("balances", "print-1"), first);
    assert.deepEqual(await generations.list(), [first]);
    assert.equal((await generations.add("balances", "print-2")).generation, 2);
    assert.equal((await generations.add("orders", "print-1")).generation, 1);
  },

  "never has a number that was used before": async ({ store: { generations } }) => {
    await addMany(generations, 3);
    await generations.remove(balances(3));
    await generations.remove(balances(2));
    assert.equal((await generations.add("balances", "again")).generation, 4);
    for (const generation of [1, 4]) await generations.remove(balances(generation));
    assert.deepEqual(await generations.list(), []);
    assert.equal((await generations.add("balances", "again")).generation, 5);
  },

  "added by many at once has a number of its own": async ({ store: { generations } }) => {
    const added = await Promise.all(Array.from({ length: 10 }, () => generations.add("balances", "print")));
    const numbers = added.map(({ generation }) => generation).sort((a, b) => a - b);
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  },

  "goes live, and the live one becomes the previous": async ({ store: { generations } }) => {
    await addMany(generations, 2);
    await generations.activate(balances(1));
    assert.equal(await listed(generations), "1 live, 2 building");
    await generations.activate(balances(2));
    assert.equal(await listed(generations), "1 previous, 2 live");
  },

  "can be switched back to": async ({ store: { generations } }) => {
    await addMany(generations, 2);
    for (const generation of [1, 2, 1]) await generations.activate(balances(generation));
    assert.equal(await listed(generations), "1 live, 2 previous");
  },

  "leaves the list when it is older than the previous one": async ({ store: { generations } }) => {
    await addMany(generations, 4);
    for (const generation of [1, 2, 3]) await generations.activate(balances(generation));
    assert.equal(await listed(generations), "2 previous, 3 live, 4 building");
  },

  "that is live already stays, and so does the previous one": async ({ store: { generations } }) => {
    await addMany(generations, 2);
    for (const generation of [1, 2, 2]) await generations.activate(balances(generation));
    assert.equal(await listed(generations), "1 previous, 2 live");
  },

  "of one view does not touch another's": async ({ store: { generations } }) => {
    await addMany(generations, 1);
    await generations.add("orders", "print");
    await generations.activate({ view: "orders", generation: 1 });
    assert.equal(await listed(generations), "1 building");
    await generations.activate(balances(1));
    assert.equal(await listed(generations, "orders"), "1 live");
  },

  "that is not on the list can't go live, and nothing changes": async ({ store: { generations } }) => {
    await addMany(generations, 1);
    await generations.activate(balances(1));
    const isNotFound = (error: PlinthError) => error.code === "not_found";
    await assert.rejects(generations.activate(balances(2)), isNotFound);
    await assert.rejects(generations.activate({ view: "orders", generation: 1 }), isNotFound);
    assert.equal(await listed(generations), "1 live");
  },

  "that is live is not taken off the list, any other is": async ({ store: { generations } }) => {
    await addMany(generations, 3);
    for (const generation of [1, 2]) await generations.activate(balances(generation));
    await assert.rejects(
      generations.remove(balances(2)),
      (error: PlinthError) => error.code === "invalid_argument",
    );
    await generations.remove(balances(1));
    await generations.remove(balances(3));
    await generations.remove(balances(9));
    assert.equal(await listed(generations), "2 live");
  },

  "is the only live one, however many are activated at once": async ({ store: { generations } }) => {
    await addMany(generations, 6);
    await generations.activate(balances(1));
    await Promise.allSettled([2, 3, 4, 5, 6].map((generation) => generations.activate(balances(generation))));
    const statuses = (await generations.list()).map(({ status }) => status).sort();
    assert.deepEqual(statuses, ["live", "previous"]);
  },
});
