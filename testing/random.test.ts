import assert from "node:assert/strict";
import { test } from "node:test";
import { simulatedClock } from "./clock.ts";
import { seededRandom, simulatedIds } from "./random.ts";

test("the same seed gives the same chance, another seed another", () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return [random.next(), random.below(1000), random.pick([1, 2, 3, 4, 5]), ...random.bytes(4)];
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test("chance is spread evenly enough", () => {
  const random = seededRandom(1);
  const counts = new Array(10).fill(0);
  for (let draws = 0; draws < 10_000; draws++) counts[random.below(10)]++;
  for (const count of counts) assert.ok(count > 850 && count < 1150, `A tenth was drawn ${count} times.`);
});

test("ids are UUIDs of version 7 that begin with the time", () => {
  const id = simulatedIds(simulatedClock(0x0123_4567_89ab), seededRandom(1)).next();
  assert.match(id, /^01234567-89ab-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("ids ascend within a millisecond, beyond its counter, and when the clock jumps back", () => {
  const clock = simulatedClock();
  const ids = simulatedIds(clock, seededRandom(1));
  const seen = Array.from({ length: 10_000 }, (_, at) => {
    if (at === 5000) clock.jump(0);
    return ids.next();
  });
  assert.deepEqual(seen, [...new Set(seen)].sort());
});
