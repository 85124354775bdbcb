import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlinthError } from "@plinth/ports";
import { parseJson } from "./json.ts";

const parse = (text: string | Buffer, depthMax = 64) => parseJson(Buffer.from(text), depthMax);
const refused = (text: string | Buffer, path = "") =>
  assert.throws(
    () => parse(text),
    (error: PlinthError) => error.code === "invalid_argument" && error.errors[0]?.path === path,
    String(text).slice(0, 80),
  );

describe("parseJson", () => {
  it("reads any value, and nothing as an empty object", () => {
    assert.deepEqual(parse('{"a":[1,"é",null]}'), { a: [1, "é", null] });
    assert.deepEqual(parse(""), {});
    assert.equal(parse("7"), 7);
  });

  it("refuses what is no JSON", () => {
    for (const text of [" ", "{", '{"a":1,}', "{'a':1}", "NaN", '{"a":01}', '"\t"', "\ufeff{}", "{}{}"])
      refused(text);
  });

  it("refuses broken UTF-8 instead of putting replacement characters in its place", () => {
    for (const bytes of [
      [0xff],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
    ])
      refused(Buffer.from(bytes));
  });

  it("refuses depth beyond the limit, and counts no brackets in strings", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    assert.ok(parse(nested(64)));
    refused(nested(65));
    refused(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
    refused("[".repeat(1_000_000));
    assert.equal(parse(JSON.stringify('[{\\"'.repeat(100))), '[{\\"'.repeat(100));
  });

  it("refuses members named __proto__, however they are written", () => {
    refused('{"__proto__":{"admin":true}}', "__proto__");
    refused('{"a":[{"\\u005f_proto__":1}]}', "a.0.__proto__");
    assert.deepEqual(parse('{"a":"__proto__"}'), { a: "__proto__" });
    assert.equal(({} as { admin?: boolean }).admin, undefined);
  });
});
