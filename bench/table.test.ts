import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Report } from "./report.ts";
import { format, goalTable, verdictOf } from "./table.ts";

const report: Report = {
  name: "http",
  what: "a with b",
  figures: [
    { name: "ratio", unit: "", values: [0.7, 0.5, 0.61] },
    { name: "p99", unit: "ms", values: [9, 12, 10.5] },
    { name: "rate", unit: "req/s", values: [20_000.4] },
  ],
  goals: [
    { figure: "ratio", atLeast: 0.61 },
    { figure: "p99", atMost: 10 },
  ],
};

describe("verdict", () => {
  it("is of the median, and the goal itself is enough", () => {
    assert.deepEqual(verdictOf(report, { figure: "ratio", atLeast: 0.61 }), {
      min: 0.5,
      median: 0.61,
      max: 0.7,
      unit: "",
      reached: true,
      bound: "at least 0.61",
    });
    assert.equal(verdictOf(report, { figure: "ratio", atLeast: 0.62 }).reached, false);
    assert.equal(verdictOf(report, { figure: "p99", atMost: 10.5 }).reached, true);
    assert.equal(verdictOf(report, { figure: "p99", atMost: 10 }).reached, false);
  });

  it("is not given on what was not measured", () => {
    assert.throws(() => verdictOf(report, { figure: "p50", atMost: 1 }), /"p50"/);
  });
});

describe("table", () => {
  it("has a line for each goal, in Markdown", () => {
    assert.deepEqual(goalTable([report]).split("\n"), [
      "| bench  | what  | median  | spread         | goal          |            |",
      "|--------|-------|---------|----------------|---------------|------------|",
      "| `http` | ratio | 0.610   | 0.500 to 0.700 | at least 0.61 | reached    |",
      "| `http` | p99   | 10.5 ms | 9.00 to 12.0   | at most 10    | **missed** |",
    ]);
  });

  it("shows numbers as people read them", () => {
    assert.deepEqual([0, 0.4567, 12.34, 999.9, 20_000.4].map(format), [
      "0",
      "0.457",
      "12.3",
      "1,000",
      "20,000",
    ]);
  });
});
