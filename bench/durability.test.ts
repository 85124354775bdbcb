import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judge } from "./durability.ts";

describe("durability", () => {
  it("is kept where all that was acknowledged is there, and at most one more of each client", () => {
    assert.deepEqual(judge([3, 5], [3, 6]), { acknowledged: 8, lost: 0, invented: 0 });
  });

  it("is broken by what is missing, and not mended by what another has too many", () => {
    assert.deepEqual(judge([3, 5], [1, 9]), { acknowledged: 8, lost: 2, invented: 3 });
  });
});
