import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Served } from "../served.ts";
import { Ledger } from "./ledger.ts";
import { complaints, end, readiness, serveAccounts } from "./service.ts";

const HOUR_MS = 3_600_000;
/** Opened in each of the times of day. */
const ACCOUNTS = 20;
const DEPOSITS = 60;
/** As long as nothing waits for the time of day: a lease lasts for ten seconds. */
const STEP_MAX_MS = 15_000;

/** A service whose time of day is shifted as the file says. */
function serveShifted(folder: string): Promise<Served> {
  return serveAccounts(folder, "", {
    CLOCK_SHIFT: join(folder, "shift"),
    NODE_OPTIONS: `--import ${import.meta.resolve("./clock.fixture.ts")}`,
  });
}

async function open(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let count = 0; count < ACCOUNTS; count++) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/accounts`, { method: "POST", headers, body: "{}" });
    ids.push(((await response.json()) as { id: string }).id);
  }
  return ids;
}

/** The times of day at which the events of the log were decided, in its order. */
function times(folder: string): readonly number[] {
  const database = new DatabaseSync(join(folder, "app.db"), { readOnly: true });
  const rows = database.prepare("SELECT position, at FROM events ORDER BY position").all();
  database.close();
  for (const [index, { position }] of rows.entries())
    assert.equal(position, index + 1, "no hole, none twice");
  return rows.map(({ at }) => Date.parse(String(at)));
}

test("a clock that jumps by an hour, back and forth, changes nothing but `at`", {
  timeout: 120_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-clock-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const shift = (hours: number) => writeFileSync(join(folder, "shift"), String(hours * HOUR_MS));
  shift(0);
  let service = await serveShifted(folder);
  t.after(() => end(service));
  const ledger = new Ledger(service.url);
  ledger.start();
  t.after(() => ledger.abandon());
  await ledger.more(DEPOSITS);
  const first = ledger.acknowledged.get("deposit-0")!;
  const ids = await open(service.url);

  for (const hours of [-1, 1, 0]) {
    shift(hours);
    process.kill(service.pid, "SIGUSR2");
    await wait(100);
    const began = performance.now();
    await ledger.more(DEPOSITS);
    ids.push(...(await open(service.url)));
    assert.equal((await ledger.deposit("deposit-0"))?.position, first, "the first answer");
    assert.equal((await readiness(service.url)).status, 200);
    assert.ok(performance.now() - began < STEP_MAX_MS, "nothing waits for the time of day");
  }
  await ledger.stop();
  await ledger.audit();
  assert.deepEqual(ids, [...new Set(ids)].sort(), "ids are new, and ascend");
  assert.deepEqual([...ledger.refused], []);
  assert.deepEqual(complaints(service), []);

  // The view's lease runs out in an hour by then; its owner is dead.
  await service.kill();
  shift(-1);
  const began = performance.now();
  service = await serveShifted(folder);
  ledger.moved(service.url);
  const next = `deposit-${ledger.acknowledged.size}`;
  ledger.acknowledged.set(next, (await ledger.deposit(next))!.position);
  await ledger.audit();
  assert.ok(performance.now() - began < STEP_MAX_MS, "no lease is kept");
  assert.equal(await service.stop(), 0);
  checkTimes(times(folder));
});

/** `at` is what the clock said, also where that is before what it said before; positions tell the order. */
function checkTimes(at: readonly number[]): void {
  const steps = at.slice(1).map((ms, index) => (ms - at[index]!) / HOUR_MS);
  const jumps = steps.map(Math.round).filter((hours) => hours !== 0);
  assert.deepEqual(jumps, [-1, 2, -1, -1]);
}
