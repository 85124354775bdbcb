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
  const work = new Turns(
    () => elapsed,
    () => 3,
  );
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

it("lets who waits longest work first, one after the other, until the time of a turn is over", async () => {
  let elapsed = 0;
  let turn = 0;
  const worked: [number: number, turn: number][] = [];
  const isDone = () => worked.length === 7;
  const count = () => {
    turn++;
    if (!isDone()) setImmediate(count);
  };
  setImmediate(count);
  const workMs = [5, 1, 5];
  const turns = new Turns(
    () => elapsed,
    () => workMs.shift()!,
  );
  const work = async (number: number) => {
    await turns.next();
    worked.push([number, turn]);
    elapsed += 2;
  };
  // Each arrives by an event of its own, as requests do.
  for (let number = 1; number <= 7; number++) setImmediate(() => void work(number));
  while (!isDone()) await new Promise(setImmediate);
  assert.deepEqual(
    worked.map(([number]) => number),
    [1, 2, 3, 4, 5, 6, 7],
  );
  const taken = [1, 2, 3].map((which) => worked.filter((each) => each[1] === which).length);
  assert.deepEqual(taken, [3, 1, 3]);
});
