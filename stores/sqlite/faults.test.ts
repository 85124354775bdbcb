import assert from "node:assert/strict";
import { closeSync, openSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Checkpoint, PlinthError, Store } from "@plinth/ports";
import { deposit, freshPath, opened } from "./samples.ts";

const TABLE = { view: "balances", generation: 1 };
const ROWS = 400;
const PAGE_BYTES = 4096;

/** A file with rows on many pages, one of which holds other bytes than were written to it. */
async function damagedFile(t: TestContext, isListed: boolean): Promise<string> {
  const path = freshPath(t);
  const store = await opened(t, { path });
  if (isListed) await store.generations.add("balances", "fingerprint");
  await store.rows.create(TABLE, []);
  await writeRows(store, await lease(store));
  await store.close();
  const database = new DatabaseSync(path, { readOnly: true });
  const leaves = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' LIMIT 1 OFFSET 1";
  const { pageno } = database.prepare(leaves).get("view_balances_1") as { pageno: number };
  database.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(PAGE_BYTES, "damage"), 0, PAGE_BYTES, (pageno - 1) * PAGE_BYTES);
  closeSync(file);
  return path;
}

async function lease({ subscriptions }: Store): Promise<Checkpoint> {
  return (await subscriptions.acquire("view:balances@1", 0, "node-a", 60_000))!;
}

function writeRows({ rows }: Store, checkpoint: Checkpoint): Promise<boolean> {
  const changes = Array.from({ length: ROWS }, (_, index) => ({
    tenant: "main",
    key: `row-${index}`,
    row: JSON.stringify({ text: "x".repeat(100) }),
    position: 1,
  }));
  return rows.write(TABLE, changes, checkpoint);
}

function damaged({ code, message }: PlinthError): boolean {
  return code === "unavailable" && /is damaged/.test(message);
}

/** How many rows can be read; the others are told to be damaged. */
async function readable({ rows }: Store): Promise<number> {
  let count = 0;
  for (let index = 0; index < ROWS; index++)
    count += await rows.get(TABLE, "main", `row-${index}`).then(
      (row) => (row ? 1 : assert.fail("A row is lost in silence.")),
      (error) => (damaged(error) ? 0 : assert.fail(error)),
    );
  return count;
}

test("a damaged page is told of by every read of it, and takes nothing else along", async (t) => {
  const store = await opened(t, { path: await damagedFile(t, true) });
  await store.check();
  const count = await readable(store);
  assert.ok(count > 0 && count < ROWS, `${count} of ${ROWS}`);
  const checkpoint = await lease(store);
  const [rows, append, head] = await Promise.allSettled([
    writeRows(store, checkpoint),
    store.log.append([deposit("a", 0)]),
    store.log.head(),
  ]);
  assert.ok(rows.status === "rejected" && damaged(rows.reason));
  assert.equal(append.status, "fulfilled", "though it has shared the transaction");
  assert.equal(head.status, "fulfilled");
});

test("checks tell of damage until an inspection of the file finds none", async (t) => {
  const store = await opened(t, { path: await damagedFile(t, true) });
  await readable(store);
  let words = "";
  const hear = () =>
    assert.rejects(store.check(), ({ message }: PlinthError) => {
      words = message;
      return /is damaged/.test(message);
    });
  const end = performance.now() + 10_000;
  while (!words.includes("Found in")) {
    assert.ok(performance.now() < end, "the inspection has not said where");
    await hear();
    await wait(50);
  }
  await hear();
  assert.match(words, / Found in view_balances_1: Tree \d+ page \d+/);
});

test("damage in a build that is not on the list is no damage", async (t) => {
  const store = await opened(t, { path: await damagedFile(t, false) });
  await readable(store);
  await assert.rejects(store.check(), damaged);
  const end = performance.now() + 10_000;
  while (
    !(await store.check().then(
      () => true,
      () => false,
    ))
  ) {
    assert.ok(performance.now() < end, "the inspection has not cleared it");
    await wait(20);
  }
});

test("a check tells of a failure since the last one, once", async (t) => {
  const path = freshPath(t);
  const store = await opened(t, { path, busyMs: 10 });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await assert.rejects(store.log.append([deposit("a", 0)]));
  other.close();
  await assert.rejects(store.check(), /locked by another process/);
  await store.check();
});
