import assert from "node:assert/strict";
import { createServer } from "node:net";
import { env } from "node:process";
import { describe, it, type TestContext } from "node:test";
import { memoryStore } from "@plinth/memory";
import { PlinthError, type Protocol, type Store, silent } from "@plinth/ports";
import { gcraLimiter } from "@plinth/security";
import notes from "./notes.fixture.ts";
import type { RunOptions } from "./parts.ts";
import { run } from "./run.ts";
import { systemClock } from "./system.ts";

const QUIET: RunOptions = { store: "memory:", port: 0, signals: false, logger: silent, drainMs: 5000 };

async function started(t: TestContext, options: RunOptions = {}) {
  const running = await run(notes, { ...QUIET, ...options });
  t.after(() => running.stop());
  return running;
}

const isClosed = async (store: Store) =>
  store.log.head().then(
    () => false,
    (error: unknown) => error instanceof PlinthError && error.code === "unavailable",
  );

it("a service answers as soon as run resolves, and is gone when it has stopped", async (t) => {
  const running = await started(t);
  const [url] = running.urls;
  const reply = await fetch(`${url}/notes/a/add`, {
    method: "POST",
    headers: { "content-type": "application/json", connection: "close" },
    body: '{"amount":3}',
  });
  const { state } = (await reply.json()) as { state: unknown };
  assert.deepEqual([reply.status, state], [201, { total: 3 }]);
  assert.equal(await running.stop(), true);
  assert.equal(await running.stop(), true);
  await assert.rejects(
    fetch(url!),
    (error: Error) => (error.cause as { code: string }).code === "ECONNREFUSED",
  );
});

it("a store that is handed in is used, and closed with the service", async (t) => {
  const store = memoryStore({ clock: systemClock });
  const running = await started(t, { store });
  assert.equal(await isClosed(store), false);
  await running.stop();
  assert.equal(await isClosed(store), true);
});

it("a port that is taken is named, and the store is closed", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const store = memoryStore({ clock: systemClock });
  await assert.rejects(run(notes, { ...QUIET, port, store }), {
    name: "Failure",
    message: `Cannot listen on 127.0.0.1:${port} (rest): another process listens there already. Choose another one with --port or PORT.`,
  });
  assert.equal(await isClosed(store), true);
});

it("what one protocol has begun is ended where another cannot listen", async () => {
  let drained = 0;
  const good: Protocol = {
    name: "good",
    start: async () => ({ url: "good:", drain: async () => void drained++ }),
  };
  const bad: Protocol = { name: "bad", start: () => Promise.reject(new Error("no luck.")) };
  await assert.rejects(run(notes, { ...QUIET, protocols: [good, bad] }), {
    message: "Cannot listen on 127.0.0.1:0 (bad): no luck.",
  });
  assert.equal(drained, 1);
});

it("a worker listens nowhere", async (t) => {
  const running = await started(t, { roles: { api: false, worker: true } });
  assert.deepEqual(running.urls, []);
});

it("faults of the parts list are named as those of flags are", async () => {
  await assert.rejects(
    run(notes, { ...QUIET, port: 70_000, store: "sqlte:x", roles: { api: false, worker: false } }),
    {
      name: "ConfigurationError",
      message:
        /^3 settings are wrong:\n {2}--port is "70000".*\n {2}--store is "sqlte:x".*\n {2}--roles is ""/,
    },
  );
});

it("a grace is a part of the time to stop in", async () => {
  await assert.rejects(run(notes, { ...QUIET, drainMs: 1000, graceMs: 1000 }), {
    name: "ConfigurationError",
    message: /PLINTH_GRACE_MS must be less than PLINTH_DRAIN_MS/,
  });
});

it("within its grace a service is not ready, and serves on", async () => {
  const running = await run(notes, { ...QUIET, graceMs: 1000 });
  const [url] = running.urls;
  const stopped = running.stop();
  const get = (path: string) => fetch(url + path, { signal: AbortSignal.timeout(900) });
  const [ready, totals] = await Promise.all([get("/health/ready"), get("/totals")]);
  assert.deepEqual([ready.status, totals.status], [503, 200]);
  assert.equal(totals.headers.get("connection"), "close");
  assert.equal(await stopped, true);
});

it("credentials that nobody can check are refused, none are anonymous", async (t) => {
  const [url] = (await started(t)).urls;
  const get = (headers: Record<string, string>) =>
    fetch(`${url}/totals`, { headers: { connection: "close", ...headers } });
  assert.equal((await get({})).status, 200);
  const refused = await get({ authorization: "Bearer abc" });
  assert.deepEqual([refused.status, refused.headers.get("www-authenticate")], [401, "Bearer"]);
});

describe("a rate limit", () => {
  const told = async (url: string) => {
    const { status, headers } = await fetch(`${url}/totals`, { headers: { connection: "close" } });
    return [status, headers.get("ratelimit-policy"), headers.get("retry-after")];
  };

  it("holds where it is handed in, before what the environment says", async (t) => {
    const lines: unknown[] = [];
    t.after(() => void delete env.PLINTH_RATE_LIMIT);
    env.PLINTH_RATE_LIMIT = "5/1";
    const limiter = gcraLimiter({ clock: systemClock, quota: 1, windowSeconds: 3600, name: "strict" });
    const logger = { ...silent, warn: (_message: string, fields?: object) => void lines.push(fields) };
    const [url] = (await started(t, { limiter, logger })).urls;
    assert.deepEqual(await told(url!), [200, '"strict";q=1;w=3600', null]);
    assert.deepEqual(await told(url!), [429, '"strict";q=1;w=3600', "3600"]);
    assert.deepEqual(lines, [{ variable: "PLINTH_RATE_LIMIT" }]);
  });

  it("holds where the environment says so", async (t) => {
    t.after(() => void delete env.PLINTH_RATE_LIMIT);
    env.PLINTH_RATE_LIMIT = "1/3600";
    const [url] = (await started(t)).urls;
    assert.deepEqual(await told(url!), [200, '"default";q=1;w=3600', null]);
    assert.deepEqual(await told(url!), [429, '"default";q=1;w=3600', "3600"]);
  });
});
