import assert from "node:assert/strict";
import { Agent, type IncomingMessage, request } from "node:http";
import { after, before, describe, it } from "node:test";
import { type Answer, ask, post, type Running, running } from "./site.fixture.ts";

let site: Running;
before(async () => {
  site = await running();
  for (const [id, amount] of [
    ["a", 30],
    ["b", 10],
    ["c", 20],
  ] as const)
    await post(`${site.url}/accounts/${id}/deposit`, { amount });
  await post(`${site.url}/accounts/open-named`, { owner: "Ada" });
  await post(`${site.url}/accounts/b/close`);
});
after(() => site.stop());
const get = (path: string, headers: Record<string, string> = {}) => ask(site.url + path, { headers });
const ids = ({ json }: Answer) => json.items.map(({ id }: { id: string }) => id);
const fault = ({ status, json }: Answer) => [status, json.code, json.errors?.[0]?.path];

describe("reads of one", () => {
  it("answer an entity's envelope with its version as the entity tag", async () => {
    const { status, headers, json } = await get("/accounts/a");
    assert.equal(status, 200);
    assert.equal(headers.get("etag"), '"1"');
    assert.deepEqual(json, {
      id: "a",
      version: 1,
      state: { balance: 30, closed: false, owner: null, kind: "private" },
    });
  });

  it("answer a row with its position as the entity tag", async () => {
    const { status, headers, json } = await get("/balances/a", { "plinth-at-least": "1" });
    assert.equal(status, 200);
    assert.equal(headers.get("etag"), '"1"');
    assert.deepEqual(json, { account: "a", balance: 30, at: json.at });
  });

  it("answer 304 where the client has it, whatever the form of the condition", async () => {
    for (const tags of ['"1"', 'W/"1"', '"0", "1"', '"a,b" ,W/"1"', "*"]) {
      const { status, headers, text } = await get("/accounts/a", { "if-none-match": tags });
      assert.deepEqual([status, headers.get("etag"), text], [304, '"1"', ""], tags);
    }
    assert.equal((await get("/accounts/a", { "if-none-match": '"2"' })).status, 200);
    assert.equal((await get("/balances/a", { "if-none-match": '"1"' })).status, 304);
  });

  it("answer 304 for a page that the client has, until anything of it changes", async () => {
    const { headers, status } = await get("/balances?limit=1");
    const tag = headers.get("etag")!;
    assert.match(tag, /^W\/"[\w-]{16}"$/);
    assert.equal(status, 200);
    const again = await get("/balances?limit=1", { "if-none-match": tag });
    assert.deepEqual([again.status, again.headers.get("etag"), again.text], [304, tag, ""]);
    assert.equal(again.headers.get("vary"), headers.get("vary"));
    assert.equal((await get("/balances?limit=2", { "if-none-match": tag })).status, 200);
    assert.equal((await get("/accounts?limit=1", { "if-none-match": tag })).status, 200);
  });

  it("answer 412 where If-Match asks for another version", async () => {
    assert.equal((await get("/accounts/a", { "if-match": '"1"' })).status, 200);
    assert.equal((await get("/accounts/a", { "if-match": 'W/"1"' })).status, 412);
    assert.equal((await get("/accounts/a", { "if-match": '"2"' })).json.code, "version_conflict");
  });

  it("refuse conditions that are no entity tags", async () => {
    for (const tags of ["1", '"1', '"1" "2"', ",", 'w/"1"'])
      assert.deepEqual(fault(await get("/accounts/a", { "if-none-match": tags })), [
        400,
        "invalid_argument",
        "If-None-Match",
      ]);
  });

  it("answer 404 for what is not there or has gone", async () => {
    assert.equal((await get("/accounts/none")).json.code, "not_found");
    assert.equal((await get("/balances/b")).json.code, "not_found");
  });

  it("decode ids, and refuse those that are none", async () => {
    assert.equal((await get("/accounts/%61")).json.id, "a");
    for (const id of ["%", "%zz", "%ff", "%00", "%0a", "x".repeat(257)])
      assert.deepEqual(fault(await get(`/accounts/${id}`)), [400, "invalid_argument", ""], id);
    assert.equal((await get(`/accounts/${"x".repeat(256)}`)).status, 404);
  });

  it("are refused to those who may not read", async () => {
    assert.equal((await get("/accounts/a", { authorization: "Bearer blind" })).status, 403);
    assert.equal((await get("/accounts", { authorization: "Bearer blind" })).status, 403);
  });

  it("take no parameters", async () => {
    assert.deepEqual(fault(await get("/accounts/a?verbose=1")), [400, "invalid_argument", "verbose"]);
  });
});

describe("lists", () => {
  it("answer envelopes of stored states, and rows", async () => {
    const states = await get("/accounts");
    assert.deepEqual(ids(states).sort(), ["Ada", "a", "b", "c"]);
    assert.equal(states.json.next, null);
    assert.deepEqual(Object.keys(states.json.items[0]), ["id", "version", "state"]);
    const rows = await get("/balances?sort=balance");
    assert.deepEqual(
      rows.json.items.map(({ account }: { account: string }) => account),
      ["Ada", "c", "a"],
    );
    assert.ok(Number(rows.headers.get("plinth-position")) >= 5);
  });

  it("sort by several fields, each in its direction", async () => {
    assert.deepEqual(ids(await get("/accounts?sort=-balance")), ["a", "c", "b", "Ada"]);
    assert.deepEqual(ids(await get("/accounts?sort=owner,-balance")), ["a", "c", "b", "Ada"]);
  });

  it("filter by typed values and by ranges", async () => {
    const found = async (query: string) => ids(await get(`/accounts?sort=balance&${query}`));
    assert.deepEqual(await found("balance=20"), ["c"]);
    assert.deepEqual(await found("balance[gte]=20"), ["c", "a"]);
    assert.deepEqual(await found("balance%5Bgt%5D=20"), ["a"]);
    assert.deepEqual(await found("balance[gt]=0&balance[lt]=30"), ["b", "c"]);
    assert.deepEqual(await found("closed=true"), ["b"]);
    assert.deepEqual(await found("kind=business"), ["Ada"]);
    assert.deepEqual(await found("owner=Ada"), ["Ada"]);
    assert.deepEqual(await found("owner=null&balance[lte]=10"), ["b"]);
  });

  it("bound times whatever their precision", async () => {
    const { at } = (await get("/balances/a")).json;
    const second = `${at.slice(0, 19)}Z`;
    const accounts = (answer: Answer) => answer.json.items.length;
    assert.equal(accounts(await get(`/balances?at[gte]=${second}`)), 3);
    assert.equal(accounts(await get(`/balances?at[lt]=${second}`)), 0);
    assert.equal(accounts(await get(`/balances?at=${at}&balance=30`)), 1);
  });

  it("refuse what they do not know, naming it", async () => {
    for (const [query, path] of [
      ["limit=0", "limit"],
      ["limit=201", "limit"],
      ["limit=1.5", "limit"],
      ["limit=", "limit"],
      ["limit=5&limit=5", "limit"],
      ["colour=red", "colour"],
      ["balance[ne]=1", "balance[ne]"],
      ["balance=ten", "balance"],
      ["balance=1.5", "balance"],
      ["balance=", "balance"],
      ["closed=yes", "closed"],
      ["closed[gt]=true", "closed[gt]"],
      ["owner[gt]=null&balance[lt]=null", "balance[lt]"],
      ["kind=other", "kind"],
      ["owner=%00", "owner"],
      ["sort=colour", "sort"],
      ["sort=balance,-balance", "sort"],
      ["sort=", "sort"],
      ["cursor=", "cursor"],
      ["cursor=elsewhere", "cursor"],
      ["__proto__=1", "__proto__"],
      ["balance=%ff", ""],
    ] as const)
      assert.deepEqual(fault(await get(`/accounts?${query}`)), [400, "invalid_argument", path], query);
    assert.deepEqual(fault(await get("/balances?at[gte]=yesterday")), [400, "invalid_argument", "at[gte]"]);
  });

  it("link to the next page, and come to an end", async () => {
    const first = await get("/accounts?limit=3&sort=-balance");
    assert.deepEqual(ids(first), ["a", "c", "b"]);
    const link = /^<([^>]+)>; rel="next"$/.exec(first.headers.get("link") ?? "")?.[1];
    assert.equal(link, `/accounts?limit=3&sort=-balance&cursor=${first.json.next}`);
    const second = await get(link!);
    assert.deepEqual([ids(second), second.json.next, second.headers.get("link")], [["Ada"], null, null]);
  });

  it("refuse a cursor of another list or order", async () => {
    const { next } = (await get("/accounts?limit=1&sort=-balance")).json;
    assert.deepEqual(fault(await get(`/accounts?sort=balance&cursor=${next}`)), [
      400,
      "invalid_argument",
      "cursor",
    ]);
    assert.deepEqual(fault(await get(`/balances?sort=-balance&cursor=${next}`)), [
      400,
      "invalid_argument",
      "cursor",
    ]);
  });
});

describe("pages of a list", () => {
  it("neither repeat nor skip what stays, while rows are written between them", async (t) => {
    const other = await running();
    t.after(other.stop);
    const open = (id: string) => post(`${other.url}/accounts/${id}/deposit`, { amount: 5 });
    const names = Array.from({ length: 20 }, (_, at) => `k${String(at).padStart(2, "0")}`);
    await Promise.all(names.map(open));
    const seen: string[] = [];
    for (let next: string | null = "", round = 0; next !== null; round++) {
      const page: Answer = await ask(
        `${other.url}/accounts?limit=3&sort=balance${next && `&cursor=${next}`}`,
      );
      seen.push(...ids(page));
      next = page.json.next;
      await open(`j${round}`);
      await post(`${other.url}/accounts/k00/close`);
    }
    assert.deepEqual(
      seen.filter((id) => id.startsWith("k")),
      names,
    );
  });
});

describe("reading what was just written", () => {
  it("waits for the view without being asked, on one connection", async () => {
    for (let round = 1; round <= 20; round++) {
      const written = await post(`${site.url}/accounts/mine/deposit`, { amount: 1 });
      const { json } = await get("/balances/mine", { "plinth-at-least": String(written.json.position) });
      assert.equal(json.balance, round);
    }
  });

  it("asks operations for the later of header, connection and cookie", async (t) => {
    const asked: number[] = [];
    const watched = await running({
      wrap: (operations) => ({
        ...operations,
        service: operations.service,
        run: (request) => operations.run(request),
        rows: async ({ atLeast }) => {
          asked.push(atLeast);
          return { items: [], next: null, position: 0 };
        },
      }),
    });
    t.after(watched.stop);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const list = (headers: Record<string, string> = {}) => askOn(agent, `${watched.url}/balances`, headers);
    await list({ cookie: "theme=dark; plinth-position=7" });
    await list({ "plinth-at-least": "5" });
    const { headers } = await askOn(
      agent,
      `${watched.url}/accounts`,
      { "sec-fetch-site": "same-origin" },
      "POST",
    );
    await list();
    await list({ "plinth-at-least": "9", cookie: "plinth-position=3" });
    await list({ cookie: "plinth-position=many" });
    assert.deepEqual(asked, [7, 5, 1, 9, 1]);
    assert.equal(headers["set-cookie"]?.[0], "plinth-position=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    assert.equal((await post(`${watched.url}/accounts`)).headers.get("set-cookie"), null);
  });

  it("waits no longer than Prefer says, and answers 504 then", async () => {
    const headers = { "plinth-at-least": "1000000", prefer: "wait=0" };
    const { status, json, headers: answered } = await get("/balances/a", headers);
    assert.deepEqual([status, json.code], [504, "deadline_exceeded"]);
    assert.equal(answered.get("preference-applied"), "wait=0");
    assert.equal((await get("/balances/a", { prefer: "wait=0" })).status, 200);
  });

  it("refuses a position that is none", async () => {
    for (const position of ["-1", "1.5", "x", "9007199254740992", "1, 2"])
      assert.deepEqual(fault(await get("/balances", { "plinth-at-least": position })), [
        400,
        "invalid_argument",
        "Plinth-At-Least",
      ]);
  });
});

describe("representations", () => {
  it("come as the client accepts, or not at all", async () => {
    for (const accept of [
      "*/*",
      "application/*;q=0.5",
      "text/html, application/json;q=0.1",
      "application/json",
    ])
      assert.equal((await get("/accounts/a", { accept })).headers.get("content-type"), "application/json");
    for (const accept of ["text/html", "application/json;q=0", "application/json;q=0, */*;q=0", "nonsense"]) {
      const { status, headers, json } = await get("/accounts/a", { accept });
      assert.deepEqual([status, json.code], [406, "not_acceptable"], accept);
      assert.equal(headers.get("content-type"), "application/problem+json");
    }
  });

  it("have a HEAD beside every GET, with the same headers and no body", async () => {
    for (const path of [
      "/accounts/a",
      "/accounts",
      "/balances/a",
      "/openapi.json",
      "/health/live",
      "/docs",
    ]) {
      const plain = { "accept-encoding": "identity" };
      const whole = await get(path, plain);
      const head = await ask(site.url + path, { method: "HEAD", headers: plain });
      assert.deepEqual([head.status, head.text], [200, ""]);
      for (const name of ["etag", "content-type", "content-length", "vary"])
        assert.equal(head.headers.get(name), whole.headers.get(name), `${path} ${name}`);
    }
  });

  it("are told by OPTIONS, and other methods are refused", async () => {
    const { status, headers } = await ask(`${site.url}/accounts`, { method: "OPTIONS" });
    assert.deepEqual([status, headers.get("allow")], [204, "GET, HEAD, OPTIONS, POST"]);
    const refused = await ask(`${site.url}/accounts/a/deposit`, { method: "DELETE" });
    assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "OPTIONS, POST"]);
    assert.equal(refused.json.code, "method_not_allowed");
    assert.equal((await ask(`${site.url}/nowhere`, { method: "OPTIONS" })).status, 404);
  });
});

/** Asks over a connection of our choice, which `fetch` does not let us have. */
function askOn(
  agent: Agent,
  url: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent, method, headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer));
    });
    asking.on("error", reject).end();
  });
}
