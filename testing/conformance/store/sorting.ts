import assert from "node:assert/strict";
import { by, type ListRuns, query, where } from "./list.ts";

export const sorting: ListRuns = {
  "by nothing come by key, code point by code point": async (list) => {
    const keys = ["a", "B", "10", "9", "\u00e9", "\uff5e", "\u{1f600}", "_", "a a"];
    await list.put(Object.fromEntries(keys.map((key) => [key, { n: 1 }])));
    const found = await list.keys(query());
    assert.deepEqual(found, ["10", "9", "B", "_", "a", "a a", "\u00e9", "\uff5e", "\u{1f600}"]);
  },

  "by number come by value, null and missing first": async (list) => {
    await list.put({
      a: { n: 10 },
      b: { n: 9 },
      c: { n: -3 },
      d: { n: null },
      e: { n: 9.5 },
      f: {},
      g: { n: 2 ** 53 },
      h: { n: 1e300 },
      i: { n: 0 },
    });
    assert.equal(await list.sorted(by("n")), "dfcibeagh");
    assert.equal(await list.sorted(by("-n")), "hgaebicdf");
  },

  "by text come code point by code point, null first": async (list) => {
    await list.put({
      a: { t: "b" },
      b: { t: "B" },
      c: { t: null },
      d: { t: "10" },
      e: { t: "9" },
      f: { t: "\u{1f600}" },
      g: { t: "\uff5e" },
      h: { t: "" },
      i: { t: "bb" },
    });
    assert.equal(await list.sorted(by("t")), "chdebaigf");
    assert.equal(await list.sorted(by("-t")), "fgiabedhc");
  },

  "by boolean come false before true, null first": async (list) => {
    await list.put({ a: { b: true }, b: { b: false }, c: { b: null }, d: { b: false } });
    assert.equal(await list.sorted(by("b")), "cbda");
    assert.equal(await list.sorted(by("-b")), "abdc");
  },

  "by several fields come each in its own direction, then by key": async (list) => {
    await list.put({
      e: { g: "x", n: 1 },
      d: { g: "x", n: 1 },
      c: { g: "x", n: 2 },
      b: { g: "y", n: 1 },
      a: { g: "y", n: null },
    });
    assert.equal(await list.sorted(by("g", "-n")), "cdeba");
    assert.equal(await list.sorted(by("-g", "n")), "abdec");
    assert.equal(await list.sorted(by("-n", "-g")), "cbdea");
  },

  "by a text too long for any index are listed all the same": async (list) => {
    const long = Array.from({ length: 40_000 }, (_, at) => ((at * 7919) % 10_007).toString(36)).join("");
    await list.put({ a: { t: `${long}2` }, b: { t: `${long}1` }, c: { t: long } });
    assert.equal(await list.sorted(by("t")), "cba");
    assert.equal((await list.page(where("t", "eq", `${long}1`))).length, 1);
  },
};
