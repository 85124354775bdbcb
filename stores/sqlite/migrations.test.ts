import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Database } from "./connection.ts";
import { migrate } from "./migrations.ts";
import { deposit, freshPath, opened } from "./samples.ts";

const PLINTH = 0x506c7468;

/** A file as the program of an older format left it. */
function older(path: string, format: number, content: string): void {
  const file = new DatabaseSync(path);
  migrate(new Database(file), 0, format);
  file.exec(content);
  file.exec(`PRAGMA application_id = ${PLINTH}; PRAGMA user_version = ${format}`);
  file.close();
}

const STREAM = { tenant: "main", entity: "account", id: "a" };

test("streams of format 1 are whole after the file was brought to a newer one, and go on", async (t) => {
  const path = freshPath(t);
  const numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) ";
  older(
    path,
    1,
    `
    INSERT INTO counters VALUES ('log start', 100);
    INSERT INTO streams VALUES (1, 'main', 'account', 'a'), (2, 'main', 'account', 'b'), (3, 'main', 'account', 'none');
    INSERT INTO event_types VALUES (1, 'account', 'account.deposited');
    INSERT INTO events
    ${numbers} SELECT 100 + i, 1 + i % 2, (i + 1) / 2, 1, '{"amount":' || i || '}', '2030-01-01T00:00:00.000Z', 'anna', NULL FROM n;
    CREATE TABLE state_account
      (stream INTEGER PRIMARY KEY, tenant TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE (tenant, key)) STRICT;
    INSERT INTO state_account VALUES (1, 'main', 'a', 600, '{"balance":1}');`,
  );
  const { log, states } = await opened(t, { path });
  const events = await log.readStream(STREAM, 0, 1000);
  assert.deepEqual(
    events.map(({ version, position }) => [version, position]),
    Array.from({ length: 600 }, (_, at) => [at + 1, 102 + 2 * at]),
  );
  assert.equal(await log.version({ ...STREAM, id: "none" }), 0);
  assert.equal((await states.get(STREAM))?.version, 600);
  const outcomes = await log.append([deposit("a", 600), deposit("b", 600), deposit("none", 0)]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ["accepted", "accepted", "accepted"],
  );
  assert.deepEqual(
    (await log.readStream({ ...STREAM, id: "b" }, 598, 10)).map(({ position }) => position),
    [1297, 1299, 1302],
  );
});

test("answers of format 1 are found after the file was brought to a newer one", async (t) => {
  const path = freshPath(t);
  older(
    path,
    1,
    `
    INSERT INTO counters VALUES ('log start', 0);
    INSERT INTO streams VALUES (1, 'main', 'account', 'a');
    INSERT INTO event_types VALUES (1, 'account', 'account.deposited');
    INSERT INTO events VALUES (1, 1, 1, 1, '{"amount":5}', '2030-01-01T00:00:00.000Z', 'anna', NULL);
    INSERT INTO events VALUES (2, 1, 2, 1, '{"amount":6}', '2030-01-01T00:00:01.000Z', 'anna', NULL);
    INSERT INTO commands VALUES ('c2', 1, 2, 2, 1, 'second', NULL, '2030-01-01T00:00:01.000Z');
    INSERT INTO commands VALUES ('c1', 1, 1, 1, 1, 'first', '{"code":"no"}', '2030-01-01T00:00:00.000Z');`,
  );
  const { log } = await opened(t, { path });
  const stream = STREAM;
  const first = {
    stream,
    version: 1,
    position: 1,
    events: 1,
    fingerprint: "first",
    refusal: '{"code":"no"}',
  };
  const second = { stream, version: 2, position: 2, events: 1, fingerprint: "second", refusal: null };
  assert.deepEqual([await log.answer("c1"), await log.answer("c2")], [first, second]);
  const commit = deposit("a", 2, { command: { id: "c1", fingerprint: "first", refusal: null } });
  assert.deepEqual(await log.append([commit]), [{ kind: "duplicate", answer: first }]);
  assert.equal(await log.forget("2030-01-01T00:00:01.000Z", 10), 1);
  assert.equal(await log.answer("c1"), null);
});
