import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { noPostgres, type PostgresSource, sharedPostgres, startPostgres } from "./postgres.ts";
import { isAlive } from "./processes.ts";

const SOURCES: readonly PostgresSource[] = ["bundled", "system"];

for (const source of SOURCES) {
  const options = { skip: noPostgres(source) };

  test(`${source}: a database is empty, and its owner's, who may nothing else`, options, async () => {
    const server = await sharedPostgres(source);
    const [first, second] = [await server.createDatabase(), await server.createDatabase()];
    await ask(first, "create table here (a int)");
    assert.deepEqual(await ask(second, "select to_regclass('here') as found"), [{ found: null }]);
    const [role] = await ask(first, "select rolsuper from pg_roles where rolname = current_user");
    assert.deepEqual(role, { rolsuper: false });
    await assert.rejects(ask(first, "create database more"), { code: "42501" });
  });

  test(
    `${source}: it listens on loopback alone, asks for passwords and syncs what is written`,
    options,
    async () => {
      const server = await sharedPostgres(source);
      const [settings] = await server.query(
        `select current_setting('server_version') as version, current_setting('listen_addresses') as addresses,
              current_setting('unix_socket_directories') as sockets, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commits, current_setting('full_page_writes') as pages`,
      );
      assert.ok(String(settings?.version).startsWith(server.version));
      const { version, ...rest } = settings!;
      assert.deepEqual(rest, {
        addresses: "127.0.0.1",
        sockets: "",
        fsync: "on",
        commits: "on",
        pages: "on",
      });
      const secrets = "select left(rolpassword, 13) as kind from pg_authid where rolname = 'plinth'";
      assert.deepEqual(await server.query(secrets), [{ kind: "SCRAM-SHA-256" }]);
      const wrong = server.url("postgres").replace(/:[0-9a-f]+@/, ":wrong@");
      await assert.rejects(ask(wrong, "select 1"), { code: "28P01" });
    },
  );

  test(`${source}: what was committed is there after a kill, at the same address`, options, async () => {
    const server = await startPostgres(source, { configuration: { max_connections: 7 } });
    const url = await server.createDatabase();
    await ask(url, "create table kept (a int)");
    const client = await connected(url);
    await client.query("insert into kept values (1)");
    const { pid } = server;
    const errors: unknown[] = [];
    client.on("error", (error) => errors.push(error));
    const cut = new Promise((resolve) => client.once("end", resolve));
    await server.kill();
    await cut;
    assert.ok(
      errors.every((error) => !(error instanceof pg.DatabaseError)),
      "It had time for a last word.",
    );
    assert.throws(() => server.pid, /not running/);
    await assert.rejects(ask(url, "select 1"), { code: "ECONNREFUSED" });
    await server.start();
    assert.notEqual(server.pid, pid);
    assert.match(server.log(), /not properly shut down/);
    assert.deepEqual(await ask(url, "select a from kept"), [{ a: 1 }]);
    assert.deepEqual(await ask(url, "show max_connections"), [{ max_connections: "7" }]);
    await server.remove();
    assert.equal(existsSync(server.data), false);
  });

  test(`${source}: while it is paused nothing answers, and afterwards all does`, options, async () => {
    const server = await startPostgres(source);
    const client = await connected(server.adminUrl());
    server.pause();
    const answer = client.query("select 1 as one").then(({ rows }) => rows);
    assert.equal(await Promise.race([answer, pause(300, "nothing")]), "nothing");
    server.resume();
    assert.deepEqual(await answer, [{ one: 1 }]);
    await client.end();
    await server.stop();
    await server.start();
    assert.doesNotMatch(server.log(), /not properly shut down/);
    await server.remove();
  });

  test(`${source}: a client that trusts its certificate verifies it`, options, async () => {
    const server = await startPostgres(source, { tls: true });
    const trusting = { ca: readFileSync(server.certificate, "utf8") };
    const client = await connected(server.url("postgres"), trusting);
    const { rows } = await client.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    assert.deepEqual(rows, [{ ssl: true }]);
    await client.end();
    await assert.rejects(connected(server.url("postgres"), {}), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    await server.remove();
  });

  test(
    `${source}: texts are in the order of a language, or of their bytes where asked`,
    options,
    async () => {
      const sorted = "select string_agg(t, '' order by t) as all from unnest(array['b', 'C', 'a', 'B']) t";
      assert.deepEqual(await (await sharedPostgres(source)).query(sorted), [{ all: "abBC" }]);
      const server = await startPostgres(source, { collation: "C" });
      assert.deepEqual(await server.query(sorted), [{ all: "BCab" }]);
      await server.remove();
    },
  );
}

const skip = noPostgres("bundled");

test("a server that does not start says why, and leaves nothing behind", { skip }, async (t) => {
  const folder = mkdtempSync("/tmp/plinth-parent-");
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true }));
  const configuration = { max_connections: "many" };
  await assert.rejects(
    startPostgres("bundled", { configuration, folder }),
    /has ended at its start:\n.*invalid value for parameter "max_connections": "many"/s,
  );
  assert.deepEqual(readdirSync(folder), []);
});

for (const state of ["serving", "paused"])
  test(`a server that is ${state} ends with a process that is killed, and its folder with it`, {
    skip,
  }, async () => {
    const fixture = fileURLToPath(new URL("orphan.fixture.ts", import.meta.url));
    const owner = spawn(process.execPath, [fixture], { stdio: ["ignore", "pipe", "inherit"] });
    const { pid, data } = JSON.parse(String((await once(owner.stdout, "data"))[0]));
    assert.ok(isAlive(pid) && existsSync(data));
    if (state === "paused") process.kill(pid, "SIGSTOP");
    owner.kill("SIGKILL");
    await once(owner, "exit");
    await until(() => !isAlive(pid) && !existsSync(data));
  });

async function connected(url: string, ssl?: pg.ClientConfig["ssl"]): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...(ssl && { ssl }) });
  await client.connect();
  return client;
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = await connected(url);
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!condition()) {
    assert.ok(performance.now() < end, "It has not come about within 30 s.");
    await pause(50);
  }
}
