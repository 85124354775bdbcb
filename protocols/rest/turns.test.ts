import assert from "node:assert/strict";
import { it } from "node:test";
import { Turns } from "./turns.ts";

it("lets requests come in between, however much there is to do", async () => {
  let elapsed = 0;
  let turns = 0;
  let isDone = false;
  const inBetween = () => {
    turns++;
    if (!isDone) setImmediate(inBetween);
  };
  setImmediate(inBetween);
  const work = new Turns(() => elapsed);
  const streams = Array.from({ length: 10 }, async () => {
    for (let step = 0; step < 50; step++) {
      elapsed += 1;
      await work.next();
    }
  });
  await Promise.all(streams);
  isDone = true;
  // 500 ms of work, about 3 of them in each turn, and at most one more for each stream.
  assert.ok(turns >= 500 / 15 && turns <= 200, `${turns} turns`);
});
