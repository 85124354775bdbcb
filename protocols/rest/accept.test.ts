import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceptable, acceptableCoding, prefers } from "./accept.ts";

const offers = ["application/json", "text/event-stream"];

describe("acceptable", () => {
  const cases: readonly [string | undefined, string | null][] = [
    [undefined, "application/json"],
    ["*/*", "application/json"],
    ["application/json", "application/json"],
    ["text/event-stream", "text/event-stream"],
    ["text/event-stream, application/json", "application/json"],
    ["text/event-stream, application/json;q=0.9", "text/event-stream"],
    ["text/*, */*;q=0.1", "text/event-stream"],
    ["application/json;q=0, */*", "text/event-stream"],
    ["APPLICATION/JSON; Q=0.3", "application/json"],
    ["text/html", null],
    ["", null],
    ["application/json;q=2", null],
    ["*/*;q=0", null],
  ];
  for (const [header, best] of cases)
    it(`takes ${best} from ${header}`, () => assert.equal(acceptable(header, offers), best));
});

describe("acceptableCoding", () => {
  const cases: readonly [string | undefined, string | null][] = [
    [undefined, null],
    ["", null],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip;q=1, br;q=0.5", "gzip"],
    ["*", "br"],
    ["br;q=0, *", "zstd"],
    ["identity", null],
    ["gzip;q=0", null],
  ];
  for (const [header, best] of cases)
    it(`takes ${best} from ${header}`, () =>
      assert.equal(acceptableCoding(header, ["br", "zstd", "gzip"]), best));
});

describe("prefers", () => {
  it("tells a browser from a program", () => {
    const between = (header?: string) => prefers(header, "text/html", "application/json");
    assert.equal(between("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), true);
    assert.equal(between("*/*"), false);
    assert.equal(between(undefined), false);
    assert.equal(between("application/json, text/html"), false);
  });
});
