import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { simulatedClock } from "@plinth/testing";
import { releaseAbandoned } from "./abandoned.ts";

test("the leases of owners who are gone are free at once, those of others stay", async () => {
  const { subscriptions } = memoryStore({ clock: simulatedClock() });
  for (const [subscription, owner] of [
    ["a", "gone"],
    ["b", "alive"],
    ["c", "gone"],
  ] as const)
    await subscriptions.acquire(subscription, 0, owner, 10_000);
  await releaseAbandoned(subscriptions, (owner) => owner === "gone");
  assert.ok(await subscriptions.acquire("a", 0, "new", 10_000));
  assert.equal(await subscriptions.acquire("b", 0, "new", 10_000), null);
  assert.ok(await subscriptions.acquire("c", 0, "new", 10_000));
});
