import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { simulatedClock } from "@plinth/testing";
import { Shed } from "./shed.ts";

it("answers those who are turned away together, in the order of their coming, and not at once", async () => {
  const clock = simulatedClock();
  const shed = new Shed(clock);
  const answered: number[] = [];
  shed.later(() => answered.push(1));
  await clock.advance(30);
  shed.later(() => answered.push(2));
  await clock.advance(19);
  assert.equal(answered.length, 0);
  await clock.advance(1);
  assert.deepEqual(answered, [1, 2]);
  shed.later(() => answered.push(3));
  await clock.advance(49);
  assert.equal(answered.length, 2);
  await clock.advance(1);
  assert.equal(answered.length, 3);
});

it("lets others have their turn between many", async () => {
  const clock = simulatedClock();
  const shed = new Shed(clock);
  let answered = 0;
  for (let count = 0; count < 200; count++) shed.later(() => answered++);
  await clock.advance(50);
  assert.ok(answered < 200, `${answered} at once`);
  while (answered < 200) await turn();
});
