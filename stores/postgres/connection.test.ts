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
