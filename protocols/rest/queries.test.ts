import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Queries } from "./queries.ts";

/** Queries of a list that can be sorted by its balance, and which of them were read. */
function queries() {
  const made: string[] = [];
  const all = new Queries({ filter: new Map(), sort: ["balance"] }, (selected, query) => {
    made.push(query);
    return { selected };
  });
  return { all, made };
}

describe("queries of a list", () => {
  it("are read once, and then known", () => {
    const { all, made } = queries();
    const first = all.read("limit=2&sort=-balance");
    assert.deepEqual(first.selected, {
      limit: 2,
      cursor: null,
      sort: [{ field: "balance", descending: true }],
      filters: [],
    });
    assert.equal(all.read("limit=2&sort=-balance"), first);
    assert.equal(all.read("limit=3").selected.limit, 3);
    assert.deepEqual(made, ["limit=2&sort=-balance", "limit=3"]);
  });

  it("that are none are refused every time", () => {
    const { all, made } = queries();
    for (let round = 0; round < 2; round++)
      assert.throws(() => all.read("colour=red"), { code: "invalid_argument" });
    assert.deepEqual(made, []);
  });

  it("are forgotten when there are more than are kept, so that clients cannot grow them", () => {
    const { all, made } = queries();
    const asked = (from: number, to: number) => {
      for (let at = from; at < to; at++) all.read(`cursor=${at}`);
      return made.length;
    };
    assert.equal(asked(0, 256), 256);
    assert.equal(asked(0, 256), 256, "so many are known");
    assert.equal(asked(256, 257), 257);
    assert.equal(asked(256, 257), 257);
    assert.equal(asked(0, 255), 512, "those before are not known any more");
  });
});
