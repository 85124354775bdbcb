import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "@plinth/ports";
import { simulatedClock } from "../clock.ts";
import type { CreateStore, StoreUnderTest } from "./store/case.ts";
import { ANNA, accept, commitOf, events } from "./store/commits.ts";
import { assertSame, copyAll, fillEverything, recordsOf, seenIn } from "./store/everything.ts";

/** Beyond 2^32. */
const HIGH = 2 ** 33 + 7;

/** Declares the tests that everything gets from one kind of store to another, and back, as it was. */
export function copyingConformance(createOne: CreateStore, createOther: CreateStore): void {
  describe("a system that is copied to another kind of store, and back", () => {
    test("is the same there, and again here", () =>
      withStores(createOne, createOther, async (home, away, back) => {
        await fillEverything(home);
        await copyAll(home, away, 50);
        await copyAll(away, back, 70);
        const records = await recordsOf(home, 1000);
        for (const store of [away, back]) assertSame(await recordsOf(store, 1000), records);
        const seen = await seenIn(home);
        for (const store of [away, back]) assert.deepEqual(await seenIn(store), seen);
      }));

    test("has its log where it was", () =>
      withStores(
        createOne,
        createOther,
        async (home, away, back) => {
          await accept(home.log, commitOf(ANNA, 0, { events: events(5) }));
          await copyAll(home, away, 2);
          await copyAll(away, back, 3);
          const seen = await seenIn(home, HIGH);
          assert.equal(seen.log[0]!.position, HIGH);
          for (const store of [away, back]) {
            assert.deepEqual(await seenIn(store, HIGH), seen);
            assert.equal((await accept(store.log, commitOf(ANNA, 5))).position, HIGH + 5);
          }
        },
        HIGH,
      ));
  });
}

/** One store of the first kind that begins at a position, and empty ones of the other kind and of the first. */
async function withStores(
  createOne: CreateStore,
  createOther: CreateStore,
  use: (home: Store, away: Store, back: Store) => Promise<void>,
  firstPosition = 1,
): Promise<void> {
  const clock = simulatedClock();
  const made: StoreUnderTest[] = [];
  try {
    made.push(await createOne({ clock, firstPosition }));
    made.push(await createOther({ clock }), await createOne({ clock }));
    const [home, away, back] = made.map(({ store }) => store);
    await use(home!, away!, back!);
  } finally {
    for (const { store, remove } of made) {
      await store.close();
      await remove?.();
    }
  }
}
