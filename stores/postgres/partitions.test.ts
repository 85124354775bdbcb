import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Log } from "@plinth/ports";
import { noPostgres } from "../../servers/postgres.ts";
import { commitOf, opened, query } from "./samples.fixture.ts";

/** Where the first partition of a log from the beginning would end. */
const BOUNDARY = 2 ** 24;

async function positions(log: Log, after: number): Promise<number[]> {
  return (await log.read({ after, limit: 100 })).events.map(({ position }) => position);
}

describe("partitions of the log", { skip: noPostgres("bundled") }, () => {
  it("follow each other without a hole, and are there before they are needed", async (t) => {
    const { store, url } = await opened(t, { firstPosition: BOUNDARY - 3 });
    for (const version of [0, 4]) await store.log.append([commitOf("anna", version, 4)]);
    assert.deepEqual(
      await positions(store.log, 0),
      [-3, -2, -1, 0, 1, 2, 3, 4].map((step) => BOUNDARY + step),
    );
    const found = await query<{ name: string; count: number }>(
      url,
      "SELECT tableoid::regclass::text AS name, count(*)::int FROM events GROUP BY 1 ORDER BY 1",
    );
    assert.deepEqual(found, [
      { name: `events_from_${BOUNDARY - 3}`, count: 3 },
      { name: `events_from_${BOUNDARY}`, count: 5 },
    ]);
  });

  it("of old can be taken away, and the log goes on", async (t) => {
    const { store, url } = await opened(t, { firstPosition: BOUNDARY - 3 });
    await store.log.append([commitOf("anna", 0, 8)]);
    await query(url, `ALTER TABLE events DETACH PARTITION events_from_${BOUNDARY - 3}`);
    assert.deepEqual(
      await positions(store.log, BOUNDARY - 1),
      [0, 1, 2, 3, 4].map((step) => BOUNDARY + step),
    );
    const [outcome] = await store.log.append([commitOf("anna", 8, 1)]);
    assert.deepEqual(outcome, { kind: "accepted", version: 9, position: BOUNDARY + 5 });
    assert.equal(await store.log.head(), BOUNDARY + 5);
  });

  it("that hold nothing yet do not hide the end of the log", async (t) => {
    const { store, url } = await opened(t, { firstPosition: BOUNDARY - 3 });
    await store.log.append([commitOf("anna", 0, 1)]);
    assert.equal((await query(url, "SELECT FROM log WHERE partitions_from > $1", [BOUNDARY - 1])).length, 1);
    assert.equal(await store.log.head(), BOUNDARY - 3);
    assert.equal((await store.log.append([commitOf("anna", 1, 1)]))[0]!.kind, "accepted");
    assert.deepEqual(await positions(store.log, 0), [BOUNDARY - 3, BOUNDARY - 2]);
  });
});
