import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock, systemRandom } from "./system.ts";

describe("the system's clock", () => {
  it("calls once after the time, and not at all when cancelled", async () => {
    let calls = 0;
    systemClock.after(5, () => calls++);
    systemClock.after(5, () => calls++)();
    await pause(40);
    assert.equal(calls, 1);
  });

  it("does not take a wait of months for none", async () => {
    let calls = 0;
    const cancel = systemClock.after(2 ** 31 + 1000, () => calls++);
    await pause(20);
    cancel();
    assert.equal(calls, 0);
  });

  it("tells the time, and the time that has passed", async () => {
    const [now, elapsed] = [systemClock.now(), systemClock.elapsed()];
    await pause(20);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000 && systemClock.now() >= now);
    assert.ok(systemClock.elapsed() - elapsed >= 15);
  });
});

it("the system's chance is within its bounds, and as long as asked for", () => {
  for (let count = 0; count < 1000; count++) {
    const next = systemRandom.next();
    assert.ok(next >= 0 && next < 1);
  }
  assert.equal(systemRandom.bytes(33).length, 33);
  assert.notDeepEqual(systemRandom.bytes(16), systemRandom.bytes(16));
});
