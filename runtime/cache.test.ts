import assert from "node:assert/strict";
import { test } from "node:test";
import { EntityCache } from "./cache.ts";

const stream = (id: string) => ({ tenant: "main", entity: "account", id });
const snapshot = { state: {}, version: 1 };

test("keeps what is asked for, forgets what is not, and stays within its bound", () => {
  const cache = new EntityCache(100_000);
  cache.put(stream("wanted"), snapshot, 100);
  for (let index = 0; index < 10_000; index++) {
    cache.put(stream(`other ${index}`), snapshot, 100);
    assert.ok(cache.get(stream("wanted")), `gone after ${index}`);
    assert.ok(cache.bytes <= 101_000);
  }
  assert.equal(cache.get(stream("other 0")), undefined);
  assert.ok(cache.get(stream("other 9999")));
});

test("counts what grows and what is dropped", () => {
  const cache = new EntityCache(100_000);
  const entry = cache.put(stream("a"), snapshot, 100);
  const before = cache.bytes;
  cache.resize(entry, 1100);
  assert.equal(cache.bytes, before + 1000);
  cache.drop(stream("a"));
  assert.equal(cache.bytes, 0);
  cache.resize(entry, 5000);
  assert.equal(cache.bytes, 0);
});

test("a state that is larger than the bound is forgotten at the next one", () => {
  const cache = new EntityCache(1000);
  cache.put(stream("large"), snapshot, 5000);
  cache.put(stream("small"), snapshot, 10);
  cache.put(stream("large too"), snapshot, 5000);
  cache.put(stream("small too"), snapshot, 10);
  assert.equal(cache.get(stream("large")), undefined);
});

test("tells tenants and entities apart", () => {
  const cache = new EntityCache(100_000);
  const streams = ["main", "other"].flatMap((tenant) =>
    ["account", "job"].map((entity) => ({ tenant, entity, id: "a" })),
  );
  for (const [version, name] of streams.entries()) cache.put(name, { state: {}, version }, 10);
  assert.deepEqual(
    streams.map((name) => cache.get(name)?.committed.version),
    [0, 1, 2, 3],
  );
  cache.drop(streams[0]!);
  assert.deepEqual(
    streams.map((name) => cache.get(name) !== undefined),
    [false, true, true, true],
  );
});
