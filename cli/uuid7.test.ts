import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, simulatedClock } from "@plinth/testing";
import { systemClock, systemRandom } from "./system.ts";
import { uuid7Ids } from "./uuid7.ts";

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

const take = (count: number, clock = simulatedClock()) => {
  const ids = uuid7Ids(clock, seededRandom(1));
  return { ids, taken: Array.from({ length: count }, () => ids.next()) };
};

const assertAscending = (ids: readonly string[]) => {
  for (const [index, id] of ids.entries())
    if (index > 0) assert.ok(id > ids[index - 1]!, `${id} does not follow ${ids[index - 1]}`);
};

describe("ids", () => {
  it("are UUIDs version 7 of the machine's time", () => {
    const before = Date.now();
    const id = uuid7Ids(systemClock, systemRandom).next();
    assert.match(id, UUID7);
    assert.ok(timeOf(id) >= before && timeOf(id) <= Date.now());
  });

  it("carry the clock's milliseconds", () => {
    assert.equal(timeOf(take(1, simulatedClock(0x0123456789ab)).taken[0]!), 0x0123456789ab);
  });

  it("ascend within a millisecond, beyond what its counter holds, and differ by chance", () => {
    const { taken } = take(10_000);
    assertAscending(taken);
    for (const id of taken) assert.match(id, UUID7);
    assert.equal(new Set(taken.map((id) => id.slice(19))).size, taken.length);
    assert.ok(timeOf(taken.at(-1)!) - timeOf(taken[0]!) <= 5);
  });

  it("ascend where the clock jumps back", () => {
    const clock = simulatedClock();
    const { ids, taken } = take(2, clock);
    clock.jump(clock.now() - 60_000);
    assertAscending([...taken, ids.next(), ids.next()]);
  });

  it("begin anew with a later millisecond", async () => {
    const clock = simulatedClock();
    const { ids, taken } = take(3, clock);
    await clock.advance(1);
    const next = ids.next();
    assertAscending([...taken, next]);
    assert.equal(timeOf(next), clock.now());
  });
});
