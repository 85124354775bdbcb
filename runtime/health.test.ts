import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { PlinthError } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { Health } from "./health.ts";

/** A process that looks after a store whose checks end as `check` says. */
function watching(t: TestContext) {
  const clock = simulatedClock();
  const lines: string[] = [];
  const log = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  const logger = { info: log("info"), warn: log("warn"), error: log("error") };
  const at = { check: (): Promise<void> => Promise.resolve() };
  const store = { ...memoryStore({ clock }), check: () => at.check() };
  const health = new Health(store, clock, logger, () => []);
  const watched = health.watch();
  t.after(async () => {
    health.drain();
    await watched;
  });
  return { clock, lines, at, health };
}

const full = () => Promise.reject(new PlinthError("unavailable", "The disk is full."));
const broken = () => Promise.reject(new PlinthError("unavailable", "The disk is broken."));

describe("a store that fails", () => {
  test("turns readiness off within a second, in words, and on again when it is over", async (t) => {
    const { clock, at, health } = watching(t);
    await clock.advance(5000);
    assert.deepEqual(health.readiness(), { ready: true, reasons: [] });
    at.check = full;
    await clock.advance(1000);
    const reasons = ["The store cannot be used: The disk is full."];
    assert.deepEqual(health.readiness(), { ready: false, reasons });
    at.check = () => Promise.resolve();
    await clock.advance(1000);
    assert.deepEqual(health.readiness(), { ready: true, reasons: [] });
  });

  test("is told of once for each fault, and once when it is over", async (t) => {
    const { clock, lines, at } = watching(t);
    at.check = full;
    await clock.advance(5000);
    at.check = broken;
    await clock.advance(5000);
    at.check = full;
    await clock.advance(5000);
    at.check = () => Promise.resolve();
    await clock.advance(5000);
    assert.deepEqual(
      lines.map((line) => line.match(/^\w+|full|broken|again(?=:)/g)),
      [
        ["error", "full"],
        ["error", "broken"],
        ["info", "again"],
      ],
    );
    at.check = full;
    await clock.advance(1000);
    assert.equal(lines.length, 4, "the next time is another one");
  });

  test("and does not even answer is not waited for", async (t) => {
    const { clock, at, health } = watching(t);
    let answer = () => {};
    at.check = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await clock.advance(1000 + 3000);
    assert.match(health.readiness().reasons.join(), /It does not answer/);
    assert.equal(health.fault, null, "it may yet");
    answer();
    await clock.advance(0);
    assert.ok(health.readiness().ready);
    answer();
  });
});
