import assert from "node:assert/strict";
import { test } from "node:test";
import { EntityCache } from "./cache.ts";

const snapshot = { state: {}, version: 1 };

test("keeps what is asked for, forgets what is not, and stays within its bound", () => {
  const cache = new EntityCache(100_000);
  cache.put("wanted", snapshot, 100);
  for (let index = 0; index < 10_000; index++) {
    cache.put(`other ${index}`, snapshot, 100);
    assert.ok(cache.get("wanted"), `gone after ${index}`);
    assert.ok(cache.bytes <= 101_000);
  }
  assert.equal(cache.get("other 0"), undefined);
  assert.ok(cache.get("other 9999"));
});

test("counts what grows and what is dropped", () => {
  const cache = new EntityCache(100_000);
  const entry = cache.put("a", snapshot, 100);
  const before = cache.bytes;
  cache.resize(entry, 1100);
  assert.equal(cache.bytes, before + 1000);
  cache.drop("a");
  assert.equal(cache.bytes, 0);
  cache.resize(entry, 5000);
  assert.equal(cache.bytes, 0);
});

test("a state that is larger than the bound is forgotten at the next one", () => {
  const cache = new EntityCache(1000);
  cache.put("large", snapshot, 5000);
  cache.put("small", snapshot, 10);
  cache.put("large too", snapshot, 5000);
  cache.put("small too", snapshot, 10);
  assert.equal(cache.get("large"), undefined);
});
