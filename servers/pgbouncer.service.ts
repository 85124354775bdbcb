import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { noPgBouncer, type PgBouncer, startPgBouncer } from "./pgbouncer.ts";
import { noPostgres, type PostgresServer, startPostgres } from "./postgres.ts";

const options = { skip: noPostgres("bundled") || noPgBouncer() };

test("clients share connections, a transaction at a time, and have no session", options, async () => {
  await behind(async (server, bouncer) => {
    const clients = await Promise.all([1, 2, 3].map(() => connected(bouncer.url("postgres"))));
    const pids = await Promise.all(clients.map(pidOf));
    assert.equal(new Set(pids).size, 1, "Three clients have one connection.");
    const [{ count } = {}] = await server.query(
      "select count(*)::int from pg_stat_activity where usename = 'plinth'",
    );
    assert.equal(count, 1);
    await clients[0]!.query("set lock_timeout = '7s'");
    const { rows } = await clients[1]!.query("show lock_timeout");
    assert.deepEqual(rows, [{ lock_timeout: "7s" }], "What one sets for its session is set for all.");
    await Promise.all(clients.map((client) => client.end()));
  });
});

test("a wrong password is refused, and it serves on after a kill", options, async () => {
  await behind(async (_server, bouncer) => {
    const wrong = bouncer.url("postgres").replace(/:[0-9a-f]+@/, ":wrong@");
    await assert.rejects(connected(wrong), { code: "08P01" });
    await bouncer.kill();
    await assert.rejects(connected(bouncer.url("postgres")), { code: "ECONNREFUSED" });
    await bouncer.start();
    const client = await connected(bouncer.url("postgres"));
    assert.equal(typeof (await pidOf(client)), "number");
    await client.end();
  });
});

async function behind(work: (server: PostgresServer, bouncer: PgBouncer) => Promise<void>): Promise<void> {
  const server = await startPostgres("bundled");
  const bouncer = await startPgBouncer(server.url("postgres"), { default_pool_size: 1 });
  await work(server, bouncer);
  await bouncer.remove();
  await server.remove();
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function pidOf(client: pg.Client): Promise<unknown> {
  return (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
}
