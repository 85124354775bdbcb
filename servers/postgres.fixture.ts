import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { noCertificates } from "./certificate.ts";
import { noPostgres, type PostgresSource, sharedPostgres, startPostgres } from "./postgres.ts";

/** Declares what tests rely on of the servers of a source. */
export function serverTests(source: PostgresSource): void {
  const skip = noPostgres(source);
  for (const [about, body] of Object.entries(TESTS))
    test(`${source}: ${about}`, { skip }, (t) => body(source, t));
}

const TESTS: Readonly<Record<string, (source: PostgresSource, t: TestContext) => Promise<void>>> = {
  "a database is empty, and its owner's, who may nothing else": async (source) => {
    const server = await sharedPostgres(source);
    const [first, second] = [await server.createDatabase(), await server.createDatabase()];
    await ask(first, "create table here (a int)");
    assert.deepEqual(await ask(second, "select to_regclass('here') as found"), [{ found: null }]);
    const [role] = await ask(first, "select rolsuper from pg_roles where rolname = current_user");
    assert.deepEqual(role, { rolsuper: false });
    await assert.rejects(ask(first, "create database more"), { code: "42501" });
  },

  "it listens on loopback alone, asks for passwords and syncs what is written": async (source) => {
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

  "what was committed is there after a kill, at the same address": async (source) => {
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
  },

  "while it is paused nothing answers, and afterwards all does": async (source) => {
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
  },

  "a client that trusts its certificate verifies it": async (source, t) => {
    const reason = noCertificates();
    if (reason) return t.skip(reason);
    const server = await startPostgres(source, { tls: true });
    const trusting = { ca: readFileSync(server.certificate, "utf8") };
    const client = await connected(server.url("postgres"), trusting);
    const { rows } = await client.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    assert.deepEqual(rows, [{ ssl: true }]);
    await client.end();
    await assert.rejects(connected(server.url("postgres"), {}), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    await server.remove();
  },

  "texts are in the order of a language, or of their bytes where asked": async (source) => {
    const sorted = "select string_agg(t, '' order by t) as all from unnest(array['b', 'C', 'a', 'B']) t";
    assert.deepEqual(await (await sharedPostgres(source)).query(sorted), [{ all: "abBC" }]);
    const server = await startPostgres(source, { collation: "C" });
    assert.deepEqual(await server.query(sorted), [{ all: "BCab" }]);
    await server.remove();
  },
};

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
