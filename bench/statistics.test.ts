import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { percentile, spread } from "./statistics.ts";

describe("spread", () => {
  it("finds the smallest, the middle and the largest, by number and not by text", () => {
    assert.deepEqual(spread([10, 9, 100]), { min: 9, median: 10, max: 100 });
  });

  it("takes the mean of the two in the middle", () => {
    assert.deepEqual(spread([4, 1, 2, 3]), { min: 1, median: 2.5, max: 4 });
  });

  it("refuses to make up a middle of nothing", () => {
    assert.throws(() => spread([]), RangeError);
  });
});

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it("is the value of the nearest rank", () => {
    assert.equal(percentile(hundred, 50), 50);
    assert.equal(percentile(hundred, 99), 99);
    assert.equal(percentile(hundred, 99.1), 100);
    assert.equal(percentile(hundred, 100), 100);
    assert.equal(percentile(hundred, 0), 1);
  });

  it("is a value that was measured, also of few", () => {
    assert.equal(percentile([7, 1000], 50), 7);
    assert.equal(percentile([7, 1000], 99), 1000);
    assert.equal(percentile([7], 99), 7);
  });

  it("refuses to make one up of nothing", () => {
    assert.throws(() => percentile([], 99), RangeError);
  });
});
