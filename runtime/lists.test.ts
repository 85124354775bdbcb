import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ListSelection } from "@plinth/ports";
import { cursorAfter, type Listable, Selections } from "./lists.ts";

const balances: Listable = { kind: "view", name: "balances", filter: ["balance"], sort: ["balance"] };
const selection: ListSelection = { filters: [], sort: [], cursor: null, limit: 10 };

describe("selections", () => {
  it("are known by their own parts, whatever else they come with", () => {
    const selections = new Selections();
    const first = selections.read(balances, selection);
    assert.equal(selections.read(balances, { ...selection }), first);
    assert.deepEqual(first.query, { filters: [], sort: [], after: null, limit: 11 });
  });

  it("are others where any part is another", () => {
    const cursor = cursorAfter(balances, selection, { key: "a", fields: {} });
    const changes: Partial<ListSelection>[] = [
      { limit: 11 },
      { cursor },
      { filters: [{ field: "balance", op: "gt", value: 5 }] },
      { sort: [{ field: "balance", descending: true }] },
    ];
    for (const changed of changes) {
      const selections = new Selections();
      const first = selections.read(balances, selection);
      assert.notEqual(selections.read(balances, { ...selection, ...changed }).name, first.name);
    }
  });

  it("have the same name where they say the same, and are another list's all the same", () => {
    const selections = new Selections();
    const first = selections.read(balances, selection);
    assert.equal(selections.read(balances, { ...selection, filters: [], sort: [] }).name, first.name);
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
