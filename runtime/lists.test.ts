import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ListSelection } from "@plinth/ports";
import { type Listable, Selections } from "./lists.ts";

const balances: Listable = { kind: "view", name: "balances", filter: ["balance"], sort: ["balance"] };
const selection: ListSelection = { filters: [], sort: [], cursor: null, limit: 10 };

describe("selections", () => {
  it("are known by their own parts, whatever else they come with", () => {
    const selections = new Selections();
    const first = selections.read(balances, selection);
    assert.equal(selections.read(balances, { ...selection }), first);
    assert.deepEqual(first.query, { filters: [], sort: [], after: null, limit: 11 });
  });

  it("are others where any part is another, or the list is", () => {
    const selections = new Selections();
    const name = (changed: Partial<ListSelection>, listable = balances) =>
      selections.read(listable, { ...selection, ...changed }).name;
    const filters = [{ field: "balance", op: "gt", value: 5 }] as const;
    const names = [
      name({}),
      name({ limit: 11 }),
      name({ filters }),
      name({ sort: [{ field: "balance", descending: true }] }),
    ];
    assert.equal(new Set(names).size, names.length);
    assert.equal(name({ filters: [], sort: [] }), names[0], "by what they say");
    const owners = { ...balances, name: "owners" };
    assert.equal(selections.read(owners, selection).listable, owners);
  });

  it("have names that no id or key has", () => {
    assert.match(new Selections().read(balances, selection).name, /^\n/);
  });

  it("that a list does not offer are refused every time", () => {
    const selections = new Selections();
    selections.read(balances, selection);
    for (let round = 0; round < 2; round++)
      assert.throws(() => selections.read(balances, { ...selection, limit: 201 }), {
        code: "invalid_argument",
      });
  });
});
