import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Allowance, Limiter, Taker } from "@plinth/ports";
import { html } from "./html.ts";
import { type Answer, ask, type Changes, post, running } from "./site.fixture.ts";

const LIMIT = { name: "default", quota: 600, windowSeconds: 60 };

/** Allows so many requests and then no more, and keeps what it was asked. */
class CountingLimiter implements Limiter {
  readonly takers: Taker[] = [];
  readonly promised: boolean;
  left: number;

  constructor(left: number, promised = false) {
    this.left = left;
    this.promised = promised;
  }

  take(taker: Taker): Allowance | Promise<Allowance> {
    this.takers.push(taker);
    const allowed = this.left > 0;
    if (allowed) this.left--;
    const retryAfterMs = allowed ? null : 1001;
    const allowance = { limit: LIMIT, retryAfterMs, remaining: this.left, resetSeconds: 60 };
    return this.promised ? Promise.resolve(allowance) : allowance;
  }
}

async function served(t: TestContext, limiter: Limiter, changes: Changes = {}) {
  const site = await running({ ...changes, limiter });
  t.after(site.stop);
  return site;
}

const told = ({ status, headers }: Answer) => [
  status,
  headers.get("ratelimit-policy"),
  headers.get("ratelimit"),
  headers.get("retry-after"),
];

const POLICY = '"default";q=600;w=60';

for (const promised of [false, true])
  describe(`a limiter that answers ${promised ? "by a promise" : "at once"}`, () => {
    it("has its numbers in every answer, and refuses what is beyond", async (t) => {
      const { url } = await served(t, new CountingLimiter(2, promised));
      const unknown = await ask(`${url}/accounts/none`);
      assert.deepEqual(told(unknown), [404, POLICY, '"default";r=1;t=60', null]);
      const created = await post(`${url}/accounts/a/deposit`, { amount: 1 });
      assert.deepEqual(told(created), [201, POLICY, '"default";r=0;t=60', null]);
      const refused = await post(`${url}/accounts/a/deposit`, { amount: 1 });
      assert.deepEqual(told(refused), [429, POLICY, '"default";r=0;t=60', "2"]);
      assert.equal(refused.headers.get("content-type"), "application/problem+json");
      assert.equal(refused.json.code, "rate_limited");
      assert.match(refused.json.detail, /600 requests in 60 seconds/);
    });

    it("keeps a refused command from committing anything", async (t) => {
      const { url, store } = await served(t, new CountingLimiter(0, promised));
      for (const path of ["/accounts", "/accounts/a/deposit"])
        assert.equal((await post(url + path, { amount: 1 })).status, 429);
      assert.equal(await store.log.head(), 0);
    });
  });

describe("what counts as a request", () => {
  const events = { accept: "text/event-stream" };
  const pages = { "/hello": () => ({ html: html`<p>Hello</p>` }) };
  const requests: [route: string, send: (url: string) => Promise<Answer>][] = [
    ["POST /accounts", (url) => post(`${url}/accounts`, {})],
    ["POST /accounts/{id}/deposit", (url) => post(`${url}/accounts/a/deposit`, { amount: 1 })],
    ["GET /accounts/{id}", (url) => ask(`${url}/accounts/a`)],
    ["GET /accounts/{id}", (url) => ask(`${url}/accounts/a`, { method: "HEAD" })],
    ["GET /accounts", (url) => ask(`${url}/accounts`)],
    ["GET /balances", (url) => ask(`${url}/balances`)],
    ["GET /balances/{key}", (url) => ask(`${url}/balances/a`)],
    ["GET /accounts/{id}", (url) => ask(`${url}/accounts/a`, { headers: events })],
    ["GET /balances", (url) => ask(`${url}/balances`, { headers: events })],
    ["GET /hello", (url) => ask(`${url}/hello`)],
  ];

  it("is every command, read, list, event stream and page, by its route, actor and address", async (t) => {
    const limiter = new CountingLimiter(0);
    const { url } = await served(t, limiter, { pages });
    for (const [route, send] of requests) {
      assert.equal((await send(url)).status, 429, route);
      const { actor, ...asked } = limiter.takers.pop()!;
      assert.deepEqual([actor.id, asked], ["anonymous", { client: "127.0.0.1", route }]);
    }
    await ask(`${url}/accounts/a`, { headers: { authorization: "Bearer auditor" } });
    assert.equal(limiter.takers.pop()!.actor.id, "auditor");
  });

  it("tells the numbers at the head of an event stream", async (t) => {
    const { url } = await served(t, new CountingLimiter(1));
    const ending = new AbortController();
    const response = await fetch(`${url}/balances`, { headers: events, signal: ending.signal });
    assert.deepEqual([response.status, response.headers.get("ratelimit")], [200, '"default";r=0;t=60']);
    ending.abort();
  });

  it("is no probe, description or file, and no credentials that do not hold", async (t) => {
    const limiter = new CountingLimiter(0);
    const { url } = await served(t, limiter);
    for (const path of ["/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs/reference.css"])
      assert.deepEqual(told(await ask(url + path)), [200, null, null, null], path);
    const unknown = await ask(`${url}/accounts/a`, { headers: { authorization: "Bearer nobody" } });
    assert.deepEqual(told(unknown), [401, null, null, null]);
    assert.deepEqual(limiter.takers, []);
  });
});

it("without a limiter no answer speaks of limits", async (t) => {
  const site = await running();
  t.after(site.stop);
  assert.deepEqual(told(await post(`${site.url}/accounts`, {})), [201, null, null, null]);
});
