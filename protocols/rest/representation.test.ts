import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Representations, representation } from "./representation.ts";

describe("a representation", () => {
  it("has its tag and caching with every answer, and what describes the body with the body alone", () => {
    const { etag, headers, bodyHeaders, bytes } = representation(
      '"3"',
      ["Plinth-Position", "7"],
      '{"a":"é"}',
    );
    const common = ["ETag", '"3"', "Cache-Control", "private, no-cache", "Plinth-Position", "7"];
    assert.deepEqual([etag, headers], ['"3"', common]);
    assert.equal(bytes, 10, "of UTF-8");
    const content = ["Content-Type", "application/json", "Content-Length", "10"];
    assert.deepEqual(bodyHeaders, [...common, ...content, "X-Content-Type-Options", "nosniff"]);
  });

  it("is made once of a reply, and anew of another that says the same", () => {
    let made = 0;
    const representations = new Representations<{ row: string }>(({ row }) => {
      made += 1;
      return representation('"1"', [], row);
    });
    const reply = { row: "{}" };
    const first = representations.of(reply);
    assert.equal(representations.of(reply), first);
    assert.equal(made, 1);
    assert.notEqual(representations.of({ ...reply }), first);
    assert.deepEqual([representations.of({ row: '{"a":1}' }).body, made], ['{"a":1}', 3]);
  });
});
