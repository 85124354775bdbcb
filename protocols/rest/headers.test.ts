import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlinthError } from "@plinth/ports";
import { idempotencyKey, precondition, preferredWait, traceparent } from "./headers.ts";

const code = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return (error as PlinthError).code;
  }
};

describe("idempotencyKey", () => {
  it("is 1 to 255 visible ASCII characters", () => {
    const key = (text?: string) =>
      code(() => idempotencyKey(text === undefined ? {} : { "idempotency-key": text }));
    assert.equal(key(), null);
    assert.equal(key("a"), "a");
    assert.equal(key("~".repeat(255)), "~".repeat(255));
    for (const bad of ["", "a b", "a, b", "é", "x".repeat(256)]) assert.equal(key(bad), "invalid_argument");
  });
});

describe("traceparent", () => {
  const good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  it("passes what the W3C allows", () => {
    assert.equal(traceparent({ traceparent: good }), good);
    const later = `${good.replace("00", "01")}-more`;
    assert.equal(traceparent({ traceparent: later }), later);
  });

  for (const bad of [
    good.toUpperCase(),
    `${good}-more`,
    good.replace("00", "ff"),
    good.replace(/-4b.{30}-/, `-${"0".repeat(32)}-`),
    good.replace("00f067aa0ba902b7", "0".repeat(16)),
    good.slice(1),
    `${good}, ${good}`,
  ])
    it(`ignores ${bad}`, () => assert.equal(traceparent({ traceparent: bad }), null));
});

describe("preferredWait", () => {
  it("finds the first wait among other preferences, and ignores what is malformed", () => {
    const wait = (prefer: string) => preferredWait({ prefer });
    assert.equal(wait("wait=5"), 5);
    assert.equal(wait('return=minimal, Wait = "7"; x=y, wait=9'), 7);
    assert.equal(wait("wait=-1, wait=abc, wait"), null);
    assert.equal(wait("awaited=3"), null);
  });
});

describe("precondition", () => {
  const expected = (on: "existing" | "new" | "any", match?: string, none?: string) =>
    code(() =>
      precondition(
        {
          ...(match === undefined ? {} : { "if-match": match }),
          ...(none === undefined ? {} : { "if-none-match": none }),
        },
        on,
      ),
    );

  it("is a version, or none", () => {
    assert.equal(expected("any"), null);
    assert.equal(expected("any", '"3"'), 3);
    assert.equal(expected("any", '"0"'), 0);
    assert.equal(expected("any", undefined, "*"), 0);
    assert.equal(expected("existing", "*"), null);
    assert.equal(expected("new", undefined, "*"), null);
    assert.equal(expected("new", '"0"'), null);
  });

  it("conflicts where a tag can never match", () => {
    for (const tag of ['W/"3"', '"x"', '""', '"99999999999999999999"'])
      assert.equal(expected("any", tag), "version_conflict", tag);
    assert.equal(expected("new", '"3"'), "version_conflict");
    assert.equal(expected("new", "*"), "version_conflict");
  });

  it("is refused where it is malformed or cannot be kept", () => {
    for (const tag of ["3", '"3', "", '"3", "4"'])
      assert.equal(expected("any", tag), "invalid_argument", tag);
    assert.equal(expected("any", "*"), "invalid_argument");
    assert.equal(expected("any", undefined, '"3"'), "invalid_argument");
    assert.equal(expected("any", '"3"', "*"), "invalid_argument");
  });

  it("takes no longer for hostile lists", () => {
    const start = performance.now();
    assert.equal(expected("any", '"'.repeat(16_000)), "invalid_argument");
    assert.equal(expected("any", ",".repeat(16_000)), "invalid_argument");
    assert.ok(performance.now() - start < 200);
  });
});
