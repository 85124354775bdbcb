import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { noPostgres, sharedPostgres } from "../../servers/postgres.ts";
import { startProxy } from "../../servers/proxy.ts";
import { Connections } from "./connection.ts";

const skip = noPostgres("bundled");

test("connections that are cut in the middle of a statement fail it, and nothing else", {
  skip,
}, async (t) => {
  const server = await sharedPostgres("bundled");
  const proxy = await startProxy(server.port);
  t.after(() => proxy.remove());
  const connections = new Connections({
    url: proxy.url(await server.createDatabase()),
    connectionsMax: 3,
    statementMs: 10_000,
    answerMs: 5000,
    connectMs: 5000,
    onFailure: () => {},
  });
  t.after(() => connections.close());
  const cut = Array.from({ length: 3 }, () =>
    assert.rejects(connections.run("SELECT pg_sleep(5)"), { code: "unavailable" }),
  );
  while (proxy.connections < 3) await pause(10);
  await pause(200);
  proxy.drop();
  await Promise.all(cut);
  assert.deepEqual(await connections.rows("SELECT 1"), [[1]]);
});

test("a process that is cut off in the middle of a transaction holds nobody up for long", {
  skip,
}, async (t) => {
  const server = await sharedPostgres("bundled");
  const url = await server.createDatabase();
  const proxy = await startProxy(server.port);
  t.after(() => proxy.remove());
  const options = {
    connectionsMax: 1,
    statementMs: 30_000,
    answerMs: 5000,
    connectMs: 5000,
    onFailure: () => {},
  };
  const [cut, other] = [proxy.url(url), url].map((url) => new Connections({ ...options, url }));
  t.after(() => Promise.all([cut!.close(), other!.close()]));
  await other!.run("CREATE TABLE kept (n int); INSERT INTO kept VALUES (0)");
  const silent = cut!.transaction(async (session) => {
    await session.run("UPDATE kept SET n = n + 1");
    proxy.stall();
    await session.run("UPDATE kept SET n = n + 1");
  });
  const failed = assert.rejects(silent, { code: "unavailable" });
  while ((await other!.rows("SELECT FROM pg_locks WHERE mode = 'RowExclusiveLock'")).length === 0)
    await pause(10);
  const began = performance.now();
  await other!.run("UPDATE kept SET n = 10");
  const ms = performance.now() - began;
  assert.ok(ms < 9000, `it waited for ${Math.round(ms)} ms`);
  proxy.drop();
  proxy.flow();
  await failed;
  assert.deepEqual(await cut!.rows("SELECT n FROM kept"), [[10]]);
});
