import assert from "node:assert/strict";
import type { Filter } from "@plinth/ports";
import { type ListRuns, query, where } from "./list.ts";

export const filtering: ListRuns = {
  "by equality finds texts, numbers and booleans of that very value": async (list) => {
    await list.put({
      a: { t: "x", n: 5, b: true },
      b: { t: "X", n: 5.5, b: false },
      c: { t: "x ", n: -5, b: true },
    });
    assert.deepEqual(await list.keys(where("t", "eq", "x")), ["a"]);
    assert.deepEqual(await list.keys(where("n", "eq", 5)), ["a"]);
    assert.deepEqual(await list.keys(where("n", "eq", 5.5)), ["b"]);
    assert.deepEqual(await list.keys(where("b", "eq", true)), ["a", "c"]);
    assert.deepEqual(await list.keys(where("b", "eq", false)), ["b"]);
    assert.deepEqual(await list.keys(where("t", "eq", "y")), []);
  },

  "by null finds what is null and what is missing": async (list) => {
    await list.put({ a: { n: null }, b: {}, c: { n: 0 }, d: { n: 1 } });
    assert.deepEqual(await list.keys(where("n", "eq", null)), ["a", "b"]);
  },

  "by range finds numbers by value, and no null": async (list) => {
    await list.put({ a: { n: -1 }, b: { n: 2 }, c: { n: 10 }, d: { n: 2.5 }, e: { n: null }, f: {} });
    assert.deepEqual(await list.keys(where("n", "gt", 2)), ["c", "d"]);
    assert.deepEqual(await list.keys(where("n", "gte", 2)), ["b", "c", "d"]);
    assert.deepEqual(await list.keys(where("n", "lt", 2)), ["a"]);
    assert.deepEqual(await list.keys(where("n", "lte", 2)), ["a", "b"]);
  },

  "by range finds texts by code point": async (list) => {
    await list.put({
      a: { t: "Z" },
      b: { t: "a" },
      c: { t: "\uff5e" },
      d: { t: "\u{1f600}" },
      e: { t: "10" },
      f: { t: null },
    });
    assert.deepEqual(await list.keys(where("t", "gt", "\uff5e")), ["d"]);
    assert.deepEqual(await list.keys(where("t", "lt", "a")), ["a", "e"]);
    assert.deepEqual(await list.keys(where("t", "lte", "9")), ["e"]);
    assert.deepEqual(await list.keys(where("t", "gte", "a")), ["b", "c", "d"]);
  },

  "by range finds booleans, false before true": async (list) => {
    await list.put({ a: { b: true }, b: { b: false }, c: { b: null } });
    assert.deepEqual(await list.keys(where("b", "gt", false)), ["a"]);
    assert.deepEqual(await list.keys(where("b", "lte", true)), ["a", "b"]);
  },

  "by several comparisons finds what passes all": async (list) => {
    await list.put({
      a: { n: 1, t: "x" },
      b: { n: 2, t: "x" },
      c: { n: 3, t: "x" },
      d: { n: 2, t: "y" },
    });
    const filters: Filter[] = [
      { field: "n", op: "gte", value: 2 },
      { field: "t", op: "eq", value: "x" },
      { field: "n", op: "lt", value: 3 },
    ];
    assert.deepEqual(await list.keys(query({ filters })), ["b"]);
  },

  "takes values as values, whatever they look like": async (list) => {
    const values = ["'", "' or 1=1 --", "%", "_", '"', "\\", "$1", "?", "null", "true", "5", ""];
    await list.put(Object.fromEntries(values.map((t, at) => [`k${at}`, { t }])));
    for (const [at, value] of values.entries())
      assert.deepEqual(await list.keys(where("t", "eq", value)), [`k${at}`], value);
    assert.deepEqual(await list.keys(where("t", "eq", 5)), [], "a number is not a text");
  },

  "takes names of fields as names, whatever they look like": async (list) => {
    const fields = ["first-name", "order by", "a.b", "it's"];
    await list.put({
      a: Object.fromEntries(fields.map((field) => [field, 1])),
      b: Object.fromEntries(fields.map((field) => [field, 2])),
    });
    for (const field of fields) {
      assert.deepEqual(await list.keys(where(field, "eq", 2)), ["b"], field);
      const sort = [{ field, descending: true }];
      assert.deepEqual(await list.keys(query({ sort })), ["b", "a"], field);
    }
  },

  "finds what is there now": async (list) => {
    await list.put({ a: { n: 1 }, b: { n: 1 } });
    await list.put({ a: { n: 2 } });
    assert.deepEqual(await list.keys(where("n", "eq", 1)), ["b"]);
    assert.deepEqual(await list.page(where("n", "eq", 2)), [{ key: "a", json: '{"n":2}' }]);
  },

  "is confined to the tenant": async (list) => {
    await list.put({ a: { n: 1 } });
    await list.put({ b: { n: 1 }, c: { n: 2 } }, "other");
    assert.deepEqual(await list.keys(where("n", "eq", 1)), ["a"]);
    assert.deepEqual(await list.keys(query(), "other"), ["b", "c"]);
    assert.deepEqual(await list.page(query(), "nobody"), []);
  },
};
