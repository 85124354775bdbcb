import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ask, post, type Running, running } from "./site.fixture.ts";

describe("commands over HTTP", () => {
  let site: Running;
  before(async () => {
    site = await running();
  });
  after(() => site.stop());
  const to = (path: string, json?: unknown, headers?: Record<string, string>) =>
    post(site.url + path, json, headers);

  it("make a new entity: 201 with its place, version and position", async () => {
    const { status, headers, json } = await to("/accounts", { owner: "Ada" });
    assert.equal(status, 201);
    assert.equal(headers.get("location"), `/accounts/${json.id}`);
    assert.equal(headers.get("etag"), '"1"');
    assert.equal(headers.get("plinth-position"), String(json.position));
    assert.equal(headers.get("content-type"), "application/json");
    assert.deepEqual(json, {
      id: json.id,
      version: 1,
      position: json.position,
      state: { balance: 0, closed: false, owner: "Ada", kind: "private" },
    });
  });

  it("take a missing body for an empty object", async () => {
    assert.equal((await to("/accounts")).status, 201);
    const missing = await to("/accounts/m1/deposit");
    assert.equal(missing.status, 400);
    assert.deepEqual(
      missing.json.errors.map(({ path }: { path: string }) => path),
      ["amount"],
    );
  });

  it("answer 201 where they created, 200 where they did not", async () => {
    const first = await to("/accounts/x%2Fy%20z/deposit", { amount: 1 });
    assert.equal(first.status, 201);
    assert.equal(first.headers.get("location"), "/accounts/x%2Fy%20z");
    assert.equal(first.json.id, "x/y z");
    const second = await to("/accounts/x%2Fy%20z/deposit", { amount: 1 });
    assert.equal(second.status, 200);
    assert.equal(second.headers.get("location"), null);
    assert.equal(second.json.version, 2);
  });

  it("have further new commands under their own kebab-case name", async () => {
    const { status, json } = await to("/accounts/open-named", { owner: "Grace" });
    assert.equal(status, 201);
    assert.equal(json.id, "Grace");
    const again = await to("/accounts/open-named", { owner: "Grace" });
    assert.equal(again.status, 409);
    assert.equal(again.json.code, "already_exists");
  });

  it("leave the state out where the actor may not read it", async () => {
    const { status, json } = await to("/accounts", {}, { authorization: "Bearer blind" });
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(json), ["id", "version", "position"]);
  });

  it("take effect once under one idempotency key, and repeat the first answer", async () => {
    const key = { "idempotency-key": "once" };
    const first = await to("/accounts/i1/deposit", { amount: 5 }, key);
    const again = await to("/accounts/i1/deposit", { amount: 5 }, key);
    assert.deepEqual([again.status, again.json], [first.status, first.json]);
    assert.equal((await ask(`${site.url}/accounts/i1`)).json.state.balance, 5);
    const other = await to("/accounts/i1/deposit", { amount: 6 }, key);
    assert.equal(other.status, 422);
    assert.equal(other.json.code, "idempotency_key_reused");
  });

  it("keep a repeated creation a creation", async () => {
    const key = { "idempotency-key": "open-once" };
    const first = await to("/accounts", {}, key);
    const again = await to("/accounts", {}, key);
    assert.equal(again.status, 201);
    assert.equal(again.headers.get("location"), first.headers.get("location"));
  });

  it("tell a refusal under its own code", async () => {
    await to("/accounts/r1/deposit", { amount: 5 });
    await to("/accounts/r1/close");
    const { status, headers, json } = await to("/accounts/r1/deposit", { amount: 5 });
    assert.equal(status, 409);
    assert.equal(headers.get("content-type"), "application/problem+json");
    assert.match(json.instance, /^urn:uuid:[0-9a-f-]{36}$/);
    assert.deepEqual(json, {
      type: "urn:plinth:refusal:account_closed",
      title: "Refused",
      status: 409,
      detail: "A closed account takes no deposits.",
      instance: json.instance,
      code: "account_closed",
    });
  });

  it("hold to the version of If-Match", async () => {
    await to("/accounts/v1/deposit", { amount: 5 });
    const stale = await to("/accounts/v1/deposit", { amount: 5 }, { "if-match": '"7"' });
    assert.equal(stale.status, 412);
    assert.equal(stale.json.code, "version_conflict");
    assert.equal((await to("/accounts/v1/deposit", { amount: 5 }, { "if-match": '"1"' })).status, 200);
    assert.equal((await to("/accounts/v1/deposit", { amount: 5 }, { "if-match": 'W/"2"' })).status, 412);
    assert.equal((await to("/accounts/v1/close", {}, { "if-match": "*" })).status, 200);
  });

  it("create alone with If-None-Match: *", async () => {
    const none = { "if-none-match": "*" };
    assert.equal((await to("/accounts/n1/deposit", { amount: 5 }, none)).status, 201);
    assert.equal((await to("/accounts/n1/deposit", { amount: 5 }, none)).status, 412);
  });

  it("name every fault of an input", async () => {
    const { status, json } = await to("/accounts/f1/deposit", { amount: -1, note: 5, other: true });
    assert.equal(status, 400);
    assert.equal(json.code, "invalid_argument");
    const told = JSON.stringify(json.errors);
    for (const field of ["amount", "note", "other"]) assert.match(told, new RegExp(`"[^"]*${field}`));
  });

  it("know who asks", async () => {
    await to("/accounts/w1/deposit", { amount: 5 });
    assert.equal((await to("/accounts/w1/audit", {}, { authorization: "Bearer auditor" })).status, 200);
    const denied = await to("/accounts/w1/audit");
    assert.equal(denied.status, 403);
    assert.equal(denied.json.code, "permission_denied");
    const unknown = await to("/accounts/w1/audit", {}, { authorization: "Bearer forged" });
    assert.equal(unknown.status, 401);
    assert.equal(unknown.headers.get("www-authenticate"), 'Bearer realm="bank"');
  });

  it("answer 404 for what is not there", async () => {
    assert.equal((await to("/accounts/none/close")).json.code, "not_found");
    assert.equal((await to("/accounts/none/explode", {})).status, 404);
  });

  it("say that they were bound by Prefer: wait", async () => {
    const { headers } = await to("/accounts", {}, { prefer: "respond-async, wait=5" });
    assert.equal(headers.get("preference-applied"), "wait=5");
    const hasty = await to("/accounts", {}, { prefer: "wait=0" });
    assert.deepEqual([hasty.status, hasty.headers.get("preference-applied")], [201, "wait=1"]);
  });
});

describe("commands in further media types", () => {
  let site: Running;
  before(async () => {
    site = await running();
  });
  after(() => site.stop());
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    ask(`${site.url}/accounts/open-named`, {
      method: "POST",
      body,
      headers: { "content-type": "text/plain; charset=utf-8", ...headers },
    });

  it("are read by the command's own parser", async () => {
    const disposition = `attachment; filename="a.txt"; filename*=UTF-8''na%C3%AFve.txt`;
    const { status, json } = await send("Ada", { "content-disposition": disposition });
    assert.equal(status, 201);
    assert.equal(json.id, "Ada (naïve.txt)");
  });

  it("blame the client for a document that cannot be read, without quoting it in the log", async () => {
    for (const body of ["unreadable", new Uint8Array([0xff, 0xfe, 0xfd])]) {
      const { status, json } = await send(body);
      assert.equal(status, 400);
      assert.deepEqual(json.errors, [{ path: "", message: "The body cannot be read as text/plain." }]);
    }
    assert.doesNotMatch(site.log.all.join(), /quotes/);
  });

  it("pass a parser's own error on", async () => {
    assert.equal((await send("refused")).json.detail, "No owner has this name.");
  });

  it("own up to a defect of the parser, in the log alone", async () => {
    const { status, json } = await send("defect");
    assert.equal(status, 500);
    assert.doesNotMatch(JSON.stringify(json), /defect/);
    const line = site.log.all.find((line) => line.startsWith("error"));
    assert.ok(line?.includes("A defect of the parser.") && line.includes(json.instance));
  });

  it("are checked as any input is", async () => {
    assert.equal((await send("x".repeat(101))).json.errors[0].path, "owner");
  });
});
