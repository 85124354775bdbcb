import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { logWrites } from "./append.ts";
import { flatten } from "./commits.ts";
import { Known } from "./known.ts";
import { deposit, freshPath, opened } from "./samples.ts";
import { openToWrite } from "./schema.ts";

const STREAM = { tenant: "main", entity: "notice", id: "n" };

/** Around the marks, which are 256 versions apart: after which version, how many. */
const PAGES = [
  [0, 5000],
  [0, 1],
  [0, 256],
  [255, 1],
  [256, 300],
  [700, 10],
  [1499, 10],
  [1500, 10],
] as const;

test("a filtered read finds the next event however far it is", async (t) => {
  const { log } = await opened(t);
  const events = Array.from({ length: 20_000 }, () => ({ type: "account.deposited", data: "{}" }));
  const notice = deposit("", 0, { stream: STREAM, events: [{ type: "notice.given", data: "{}" }] });
  await log.append([deposit("a", 0, { events }), notice, deposit("a", 20_000, { events })]);
  const page = await log.read({ after: 0, limit: 10, entities: ["notice"] });
  assert.deepEqual(
    page.events.map(({ position }) => position),
    [20_001],
  );
  assert.ok(page.position >= 20_001);
  const rest = await log.read({ after: page.position, limit: 10, entities: ["notice"] });
  assert.deepEqual(rest, { events: [], position: 40_001 });
});

test("a long stream is read in pages from any version, with states and without", async (t) => {
  const { log } = await opened(t);
  const stream = { tenant: "main", entity: "account", id: "long" };
  const events = Array.from({ length: 100 }, () => ({ type: "account.deposited", data: "{}" }));
  for (let at = 0; at < 15; at++) {
    const state = at % 4 === 1 ? "{}" : null;
    await log.append([deposit("long", 100 * at, { events, state }), deposit("other", at)]);
  }
  assert.equal(await log.version(stream), 1500);
  for (const [after, limit] of PAGES)
    assert.deepEqual(
      (await log.readStream(stream, after, limit)).map(({ version, position }) => [version, position]),
      Array.from({ length: Math.min(limit, 1500 - after) }, (_, at) => [
        after + at + 1,
        after + at + 1 + Math.floor((after + at) / 100),
      ]),
      `${limit} after ${after}`,
    );
});

test("lookups go by an index, whatever the size of the log", async (t) => {
  const path = freshPath(t);
  const plans = plansOf(t, path);
  const store = await opened(t, { path });
  await store.log.append([deposit("a", 0, { command: { id: "c", fingerprint: "f", refusal: null } })]);
  await store.log.head();
  await store.log.version(STREAM);
  await store.log.readStream(STREAM, 0, 10);
  await store.log.read({ after: 0, limit: 10 });
  await store.log.read({ after: 0, limit: 10, entities: ["account"] });
  await store.states.get(deposit("a", 0).stream);
  writeHere(t, path);
  const scans = plans().filter((step) => /^SCAN (?!json_each|answers_merged)/.test(step));
  assert.deepEqual(scans, []);
});

/** What the thread that writes does, in this one. */
function writeHere(t: { after(call: () => void): void }, path: string): void {
  const database = openToWrite(path, 0);
  t.after(() => database.close());
  const transaction = { database, known: new Known() };
  const command = { id: "d", fingerprint: "f", refusal: null };
  logWrites.append(transaction, flatten([deposit("a", 1, { command })]));
  assert.equal(logWrites.answer(transaction, "d")?.version, 2);
  assert.equal(logWrites.answer(transaction, "c")?.version, 1);
  logWrites.forget(transaction, "2031-01-01T00:00:00.000Z", 1);
}

/** Notes what is prepared from now on in this thread; gives every step that SQLite would take for it. */
function plansOf(t: { after(call: () => void): void }, path: string): () => string[] {
  const prepared = new Set<string>();
  const { prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.prepare = function (sql, ...options) {
    if (/^\s*SELECT/.test(sql) && !sql.includes("sqlite_schema")) prepared.add(sql);
    return prepare.call(this, sql, ...options);
  };
  t.after(() => {
    DatabaseSync.prototype.prepare = prepare;
  });
  return () => {
    DatabaseSync.prototype.prepare = prepare;
    const file = new DatabaseSync(path, { readOnly: true });
    const steps = [...prepared].flatMap((sql) => file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
    file.close();
    assert.ok(prepared.size >= 12, `${prepared.size} statements`);
    return steps.map(({ detail }) => String(detail));
  };
}
