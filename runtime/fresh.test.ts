import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fresh } from "./fresh.ts";

/** A store whose revision is set by hand, and how often it was read. */
function store() {
  return { revision: 1, reads: 0, value: "a" };
}

const table = {};

async function read(
  fresh: Fresh,
  on: ReturnType<typeof store>,
  name = "row",
  atLeast = 0,
  from = table,
): Promise<string> {
  const find = async () => {
    on.reads += 1;
    return on.value;
  };
  return (
    fresh.known<string>(from, name, atLeast) ?? fresh.read(from, name, atLeast, find, ({ length }) => length)
  );
}

describe("what reads have found", () => {
  it("is kept while nothing changes, and read anew after a change", async () => {
    const on = store();
    const fresh = new Fresh(() => on.revision, 1000);
    assert.deepEqual([await read(fresh, on), await read(fresh, on), on.reads], ["a", "a", 1]);
    Object.assign(on, { revision: 2, value: "b" });
    assert.deepEqual([await read(fresh, on), await read(fresh, on), on.reads], ["b", "b", 2]);
  });

  it("is not kept where something has changed while it was read, nor instead of what is newer", async () => {
    const on = store();
    const fresh = new Fresh(() => on.revision, 1000);
    const { promise, resolve } = Promise.withResolvers<string>();
    const slow = fresh.read(
      table,
      "row",
      0,
      () => promise,
      () => 1,
    );
    Object.assign(on, { revision: 2, value: "b" });
    await read(fresh, on, "other");
    resolve("a");
    assert.equal(await slow, "a");
    assert.deepEqual([await read(fresh, on, "other"), on.reads], ["b", 1]);
    assert.deepEqual([await read(fresh, on), on.reads], ["b", 2]);
  });

  it("is read once for all who ask meanwhile, unless something has changed or they wait for a position", async () => {
    const on = store();
    const fresh = new Fresh(() => on.revision, 1000);
    const asked = [read(fresh, on), read(fresh, on), read(fresh, on, "other"), read(fresh, on, "row", 5)];
    assert.equal(on.reads, 3);
    on.revision = 2;
    asked.push(read(fresh, on), read(fresh, on));
    assert.equal(on.reads, 4);
    await Promise.all(asked);
    assert.deepEqual([await read(fresh, on), on.reads], ["a", 4]);
  });

  it("is read anew after a read that has failed", async () => {
    const on = store();
    const fresh = new Fresh(() => on.revision, 1000);
    const fails = () => Promise.reject(new Error("broken"));
    const failing = [1, 2].map(() => fresh.read(table, "row", 0, fails, () => 0));
    for (const one of failing) await assert.rejects(one, /broken/);
    assert.deepEqual([await read(fresh, on), on.reads], ["a", 1]);
  });

  it("does not stand for a later position than it was read for", async () => {
    const on = store();
    const fresh = new Fresh(() => on.revision, 1000);
    await read(fresh, on, "row", 5);
    assert.deepEqual([await read(fresh, on, "row", 5), on.reads], ["a", 1]);
    on.value = "b";
    assert.deepEqual([await read(fresh, on, "row", 6), on.reads], ["b", 2]);
    assert.deepEqual([await read(fresh, on, "row", 0), on.reads], ["b", 2]);
  });

  it("is found by what it was read from, and by its name there", async () => {
    const on = store();
    const fresh = new Fresh(() => on.revision, 10_000);
    const other = {};
    await read(fresh, on);
    on.value = "b";
    assert.deepEqual(
      [await read(fresh, on, "row", 0, other), await read(fresh, on, "more"), on.reads],
      ["b", "b", 3],
    );
    assert.deepEqual(
      [await read(fresh, on), await read(fresh, on, "row", 0, other), on.reads],
      ["a", "b", 3],
    );
  });

  it("is bounded: beyond it all is forgotten, and what is too large is not kept", async () => {
    const on = store();
    const fresh = new Fresh(() => on.revision, 1000);
    for (const name of ["1", "2", "3", "4"]) await read(fresh, on, name);
    assert.equal(on.reads, 4);
    await read(fresh, on, "4");
    assert.equal(on.reads, 4);
    await read(fresh, on, "5");
    await read(fresh, on, "4");
    assert.equal(on.reads, 6, "five were more than it keeps");
    on.value = "x".repeat(2000);
    await read(fresh, on, "large");
    await read(fresh, on, "large");
    assert.equal(on.reads, 8);
  });

  it("is always read anew of a store that has no revision", async () => {
    const on = store();
    const fresh = new Fresh(null, 1000);
    await read(fresh, on);
    await read(fresh, on);
    assert.equal(on.reads, 2);
  });
});
