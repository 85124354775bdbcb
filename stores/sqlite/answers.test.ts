import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { Commit, Log, Outcome } from "@plinth/ports";
import { deposit, freshPath, opened } from "./samples.ts";

/** Enough for several rounds of the hand. */
const MANY = 15_000;
const BATCH = 500;

const commandOf = (id: string) => ({ id, fingerprint: `of ${id}`, refusal: null });

/** One commit for each id, on streams of their own. */
function commits(ids: readonly string[]): Commit[] {
  return ids.map((id) => deposit(id, 0, { state: null, command: commandOf(id) }));
}

async function append(log: Log, ids: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < ids.length; at += BATCH)
    outcomes.push(...(await log.append(commits(ids.slice(at, at + BATCH)))));
  return outcomes;
}

function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`);
}

/** How many outcomes there are of each kind. */
function kinds(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function count(path: string, sql: string): number {
  const file = new DatabaseSync(path, { readOnly: true });
  const { count } = file.prepare(sql).get() as { count: number };
  file.close();
  return count;
}

test("every command id is known for good, merged or not, before and after the file is opened anew", async (t) => {
  const path = freshPath(t);
  const ids = idsOf("c", MANY);
  const first = await opened(t, { path });
  assert.deepEqual(kinds(await append(first.log, ids)), { accepted: MANY });
  const merged = count(path, "SELECT count(*) AS count FROM answers_by_hash");
  assert.ok(merged > MANY / 3 && merged < MANY, `${merged} are merged`);
  assert.deepEqual(kinds(await append(first.log, ids)), { duplicate: MANY });
  await first.close();

  const second = await opened(t, { path });
  const outcomes = await append(second.log, ids);
  assert.deepEqual(kinds(outcomes), { duplicate: MANY });
  for (const [at, outcome] of outcomes.entries())
    assert.equal(outcome.kind === "duplicate" && outcome.answer.fingerprint, `of c${at}`);
  assert.equal(await second.log.head(), MANY);
});

test("processes that share a file know each other's command ids at every moment", async (t) => {
  const path = freshPath(t);
  const stores = [await opened(t, { path }), await opened(t, { path })];
  const all: string[] = [];
  for (let round = 0; round < 30; round++) {
    const ids = idsOf(`round ${round}: `, round % 7 === 0 ? 5000 : 300);
    assert.deepEqual(kinds(await append(stores[round % 2]!.log, ids)), { accepted: ids.length });
    assert.deepEqual(kinds(await append(stores[(round + 1) % 2]!.log, ids)), { duplicate: ids.length });
    all.push(...ids);
  }
  for (const { log } of stores) assert.deepEqual(kinds(await append(log, all)), { duplicate: all.length });
});

test("a batch that was taken back leaves no command id behind", async (t) => {
  const path = freshPath(t);
  const { log } = await opened(t, { path });
  await append(log, ["before"]);
  const other = new DatabaseSync(path);
  other.exec("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'full'); END");
  await assert.rejects(append(log, ["lost"]));
  other.exec("DROP TRIGGER full");
  other.close();
  assert.deepEqual(kinds(await append(log, ["lost", "before"])), { accepted: 1, duplicate: 1 });
});

test("what is forgotten leaves the index as well, as the hand comes by", async (t) => {
  const path = freshPath(t);
  const { log } = await opened(t, { path });
  await append(log, idsOf("old", MANY));
  while ((await log.forget("2031-01-01T00:00:00.000Z", 1000)) === 1000);
  assert.equal(count(path, "SELECT count(*) AS count FROM answers"), 0);
  await append(log, idsOf("new", MANY));
  const stale = "SELECT count(*) AS count FROM answers_by_hash WHERE n NOT IN (SELECT n FROM answers)";
  assert.equal(count(path, stale), 0);
});

test("a clock that was wrong for a while does not keep older command ids from being forgotten", async (t) => {
  const path = freshPath(t);
  const { log } = await opened(t, { path });
  const times = [
    "2030-01-01",
    "2039-01-01",
    "2039-01-02",
    "2030-01-02",
    "2030-01-03",
    "2030-01-04",
    "2030-01-05",
  ];
  for (const [at, day] of times.entries())
    await log.append([deposit("a", at, { at: `${day}T00:00:00.000Z`, command: commandOf(`c${at}`) })]);
  assert.equal(await log.forget("2030-01-05T00:00:00.000Z", 100), 4);
  for (const at of times.keys())
    assert.equal((await log.answer(`c${at}`)) !== null, [1, 2, 6].includes(at), `c${at}`);
});
