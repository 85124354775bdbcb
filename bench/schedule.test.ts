import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Schedule } from "./schedule.ts";

function takeAll(schedule: Schedule, nowMs: number): number[] {
  const taken: number[] = [];
  for (let due = schedule.take(nowMs); due !== null; due = schedule.take(nowMs)) taken.push(due);
  return taken;
}

describe("schedule", () => {
  it("hands out what is due, evenly spaced from its beginning", () => {
    const schedule = new Schedule(500, 1000, 1);
    assert.deepEqual(takeAll(schedule, 499), []);
    assert.deepEqual(takeAll(schedule, 502), [500, 501, 502]);
    assert.deepEqual(takeAll(schedule, 502.9), []);
    assert.deepEqual(takeAll(schedule, 503), [503]);
  });

  it("leaves nothing out after a stall, and counts each from when it was due", () => {
    const schedule = new Schedule(0, 100, 1);
    takeAll(schedule, 10);
    assert.deepEqual(takeAll(schedule, 55), [20, 30, 40, 50]);
  });

  it("is over after all of them, however late", () => {
    const schedule = new Schedule(0, 2000, 0.5);
    assert.equal(schedule.isOver, false);
    assert.equal(takeAll(schedule, 1e9).length, 1000);
    assert.equal(schedule.isOver, true);
    assert.equal(schedule.take(2e9), null);
  });
});
