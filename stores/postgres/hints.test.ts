import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Store } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { noPostgres } from "../../servers/postgres.ts";
import { commitOf, opened, query } from "./samples.fixture.ts";

/** How long a hint may take to come before we say it is missing. */
const HINT_MS = 5000;

/** Resolves to the next position that a store hints at. */
function hint({ log }: Store): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("There was no hint.")), HINT_MS);
    const stop = log.onAppend((position) => {
      clearTimeout(late);
      stop();
      resolve(position);
    });
  });
}

const LISTENING =
  "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()";

async function listening(url: string): Promise<readonly number[]> {
  return (await query<{ pid: number }>(url, LISTENING)).map(({ pid }) => pid);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + HINT_MS; !(await isSo()); )
    assert.ok(performance.now() < end, "it never came to that");
}

/** Two stores on the same data, as of two processes; the first one listens. */
async function both(t: TestContext) {
  const clock = simulatedClock();
  const { store, url } = await opened(t, { clock });
  const { store: other } = await opened(t, { url });
  const stop = store.log.onAppend(() => {});
  t.after(stop);
  await until(async () => (await listening(url)).length > 0);
  return { clock, store, other, url };
}

describe("what another process commits", { skip: noPostgres("bundled") }, () => {
  it("is hinted at", async (t) => {
    const { store, other } = await both(t);
    const hinted = hint(store);
    await other.log.append([commitOf("anna", 0, 3)]);
    assert.equal(await hinted, 3);
  });

  it("is hinted at again some seconds after the connection has broken, by one connection", async (t) => {
    const { clock, store, other, url } = await both(t);
    const [pid] = await listening(url);
    await query(url, "SELECT pg_terminate_backend($1)", [pid]);
    await until(async () => (await listening(url)).length === 0);
    await until(async () => {
      await clock.advance(5000);
      return (await listening(url)).length > 0;
    });
    const hinted = hint(store);
    await other.log.append([commitOf("anna", 0, 1)]);
    assert.equal(await hinted, 1);
    await clock.advance(60_000);
    assert.equal((await listening(url)).length, 1);
  });

  it("is not listened to any more by a store that has closed", async (t) => {
    const { store, url } = await both(t);
    await store.close();
    await until(async () => (await listening(url)).length === 0);
  });
});
