import assert from "node:assert/strict";
import { test } from "node:test";
import { simulatedClock } from "./clock.ts";

test("a simulated clock stands still by itself", () => {
  const clock = simulatedClock(1000);
  assert.deepEqual([clock.now(), clock.elapsed(), clock.untilNext], [1000, 0, null]);
});

test("timers fire in order, each at its own time", async () => {
  const clock = simulatedClock(0);
  const fired: [string, number][] = [];
  clock.after(20, () => fired.push(["b", clock.now()]));
  clock.after(10, () => fired.push(["a", clock.now()]));
  clock.after(20, () => fired.push(["c", clock.now()]));
  await clock.advance(19);
  assert.deepEqual(fired, [["a", 10]]);
  assert.equal(clock.untilNext, 1);
  await clock.advance(1);
  assert.deepEqual(fired.slice(1), [
    ["b", 20],
    ["c", 20],
  ]);
});

test("what a timer sets going fires within the same advance", async () => {
  const clock = simulatedClock(0);
  const fired: number[] = [];
  const again = async () => {
    fired.push(clock.now());
    await Promise.resolve();
    clock.after(10, again);
  };
  clock.after(10, again);
  await clock.advance(35);
  assert.deepEqual(fired, [10, 20, 30]);
});

test("a cancelled timer does not fire", async () => {
  const clock = simulatedClock();
  const cancel = clock.after(1, () => assert.fail("It fired."));
  cancel();
  await clock.advance(5);
  cancel();
});

test("a jump changes the time of day, and no timer", async () => {
  const clock = simulatedClock(10_000);
  let fired = false;
  clock.after(50, () => {
    fired = true;
  });
  clock.jump(0);
  assert.deepEqual([clock.now(), clock.elapsed(), fired], [0, 0, false]);
  await clock.advance(50);
  assert.deepEqual([clock.now(), clock.elapsed(), fired], [50, 50, true]);
});
