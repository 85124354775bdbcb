import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CpuProfile, selfTimes } from "./selfTimes.ts";

const frame = (id: number, functionName: string, url = "", lineNumber = -1) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

const profile: CpuProfile = {
  nodes: [
    frame(1, "(idle)"),
    frame(2, "decide", "file:///tree/runtime/decide.ts", 9),
    frame(3, "parse", "node:internal/url", 4),
    frame(4, "run"),
    frame(5, "(garbage collector)"),
    frame(6, "safeParse", "file:///tree/node_modules/zod/v4/core.js", 0),
    frame(7, "decide", "file:///tree/runtime/decide.ts", 9),
    frame(8, "", "file:///tree/runtime/tail.ts", 1),
  ],
  samples: [1, 2, 3, 7, 4, 5, 6, 8],
  timeDeltas: [5000, 1000, 500, 2000, 4000, 100, 200, 300],
};

describe("self times", () => {
  const times = selfTimes(profile, "/tree/");

  it("sum up functions wherever they were called from, the longest first", () => {
    assert.deepEqual(
      times.functions.map(({ name, where, ms }) => [name, where, ms]),
      [
        ["run", "", 4],
        ["decide", "runtime/decide.ts:10", 3],
        ["parse", "node:internal/url:5", 0.5],
        ["(anonymous)", "runtime/tail.ts:2", 0.3],
        ["safeParse", "node_modules/zod/v4/core.js:1", 0.2],
        ["(garbage collector)", "", 0.1],
      ],
    );
  });

  it("tell ours from others', and work from idleness", () => {
    assert.deepEqual(times.groups, [
      ["native", 4],
      ["ours", 3.3],
      ["node", 0.5],
      ["packages", 0.2],
      ["garbage collection", 0.1],
    ]);
    assert.equal(times.idleMs, 5);
    assert.equal(times.busyMs.toFixed(3), "8.100");
  });

  it("know a thread by the file that it runs", () => {
    assert.equal(times.thread, "main thread");
    const writer = {
      ...profile,
      nodes: [frame(1, "settle", "file:///tree/stores/sqlite/writer.ts", 3)],
      samples: [1],
    };
    assert.equal(selfTimes(writer, "/tree/").thread, "thread that writes");
  });
});
