import assert from "node:assert/strict";
import { it } from "node:test";
import { Gate } from "./gate.ts";

/** Keeps a gate full for a while. Each millisecond, so many of those at work are answered, the first before the others. */
function crowd(gate: Gate, ms: number, answersOf: (since: readonly number[], now: number) => number): void {
  const since: number[] = [];
  for (let now = 0; now < ms; now++) {
    for (const began of since.splice(0, answersOf(since, now))) gate.answered(now, now - began);
    while (gate.enter()) since.push(now);
  }
  while (gate.atWork > 0) gate.leave();
}

/** Everything takes as long. */
const each = (ms: number) => (since: readonly number[], now: number) =>
  since.filter((began) => now - began >= ms).length;

it("has as many places as are answered in time", () => {
  const gate = new Gate(50);
  // One a millisecond: beyond 50 at work, those who come are late.
  crowd(gate, 60_000, () => 1);
  assert.ok(gate.places >= 8 && gate.places <= 75, `${gate.places} places`);
});

it("turns nobody away for a hiccup", () => {
  const gate = new Gate(50);
  for (let now = 0; now < 10_000; now++) {
    assert.ok(gate.enter());
    gate.answered(now, now >= 5000 && now < 5100 ? 300 : 2);
  }
  assert.ok(gate.places >= 32);
});

it("has many places where the route is fast, and not for ever where nobody comes", () => {
  const gate = new Gate(50);
  crowd(gate, 10_000, each(5));
  assert.ok(gate.places >= 1000, `${gate.places} places`);
  for (let now = 10_000; now < 20_000; now++) {
    assert.ok(gate.enter());
    gate.answered(now, 1);
  }
  assert.equal(gate.places, 256);
});

it("does not take a slow disk for a queue", () => {
  const gate = new Gate(50);
  for (let now = 0; now < 3000; now += 60) {
    gate.enter();
    gate.answered(now, 60);
  }
  crowd(gate, 10_000, each(60));
  assert.ok(gate.places >= 256, `${gate.places} places`);
});

it("turns nobody away for a few who take long", () => {
  const gate = new Gate(50);
  for (let now = 0; now < 10_000; now++) {
    assert.ok(gate.enter());
    gate.answered(now, now % 20 === 0 ? 500 : 2);
  }
  assert.equal(gate.places, 256);
});
