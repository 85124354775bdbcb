import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { html } from "./html.ts";
import type { Form, Page } from "./pages.ts";
import { ask, post, type Running, running } from "./site.fixture.ts";

const accountPage: Page = async ({ operations, caller, parameters, atLeast }) => {
  const { state } = await operations.get({ entity: "account", id: parameters.id!, caller, atLeast });
  return {
    html: html`<h1>${parameters.id}</h1><p>${(JSON.parse(state) as { balance: number }).balance}</p>`,
  };
};

const openForm: Form = {
  get: () => ({ html: html`<form method="post"></form>` }),
  post: async ({ operations, caller, form }) => {
    const input = { owner: form!.get("owner") };
    const request = {
      entity: "account",
      command: "openNamed",
      id: null,
      input,
      caller,
      idempotencyKey: null,
      expectedVersion: null,
    };
    const { id } = await operations.run(request);
    return { redirect: `/people/${id}` };
  },
};

const upload: Form = {
  post: async ({ form }) => {
    const file = form!.get("cv") as File;
    return { html: html`${file.name}: ${await file.text()}`, status: 202 };
  },
};

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

let site: Running;
before(async () => {
  site = await running({
    pages: {
      "/": ({ query }) => ({ html: html`<h1>Hello ${query.get("name") ?? "you"}</h1>` }),
      "/accounts/{id}": accountPage,
      "/people/{id}": accountPage,
      "/open": openForm,
      "/upload": upload,
      "/broken": () => {
        throw new Error("secret of the house");
      },
      "/site.css": { type: "text/css", body: "p { color: red }" },
    },
  });
  await post(`${site.url}/accounts/a/deposit`, { amount: 5 });
});
after(() => site.stop());
const browse = (path: string, options: Parameters<typeof ask>[1] = {}) =>
  ask(site.url + path, { redirect: "manual", ...options, headers: { accept: BROWSER, ...options.headers } });

describe("pages", () => {
  it("are documents under a policy that runs nothing inline", async () => {
    const { status, headers, text } = await browse("/?name=%3Cb%3E");
    assert.deepEqual([status, text], [200, "<h1>Hello &lt;b&gt;</h1>"]);
    assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
    const policy = headers.get("content-security-policy")!;
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  it("share a path with the API: what the client likes better decides", async () => {
    const page = await browse("/accounts/a");
    assert.deepEqual(
      [page.text, page.headers.get("vary")],
      ["<h1>a</h1><p>5</p>", "Accept, Accept-Encoding"],
    );
    for (const accept of ["*/*", "application/json", "application/json, text/html"])
      assert.equal((await browse("/accounts/a", { headers: { accept } })).json.version, 1, accept);
    assert.equal((await ask(`${site.url}/accounts/a`)).headers.get("vary"), "Accept");
  });

  it("say in a document what went wrong", async () => {
    const missing = await browse("/people/nobody");
    assert.equal(missing.status, 404);
    assert.match(missing.headers.get("content-type")!, /^text\/html/);
    assert.match(missing.text, /<h1>Not found<\/h1><p>There is no account &quot;nobody&quot;\.<\/p>/);
    const broken = await browse("/broken");
    assert.equal(broken.status, 500);
    assert.doesNotMatch(broken.text, /secret/);
    assert.ok(site.log.all.some((line) => line.includes("secret of the house")));
    const twice = await browse("/?name=a&name=b");
    assert.equal(twice.status, 400);
  });

  it("take forms, send browsers on, and show them what they wrote", async () => {
    const body = new URLSearchParams({ owner: "Åsa" }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
    const sent = await browse("/open", { method: "POST", body, headers });
    assert.deepEqual([sent.status, sent.headers.get("location")], [303, "/people/%C3%85sa"]);
    assert.match(sent.headers.get("set-cookie")!, /^plinth-position=\d+;/);
    assert.match((await browse(sent.headers.get("location")!)).text, /<h1>Åsa<\/h1>/);
    const again = await browse("/open", { method: "POST", body, headers });
    assert.equal(again.status, 409);
    assert.match(again.text, /<h1>It exists already<\/h1>/);
  });

  it("take files", async () => {
    const form = new FormData();
    form.set("cv", new File(["Hello"], "cv.txt"));
    const response = await fetch(`${site.url}/upload`, { method: "POST", body: form });
    assert.deepEqual([response.status, await response.text()], [202, "cv.txt: Hello"]);
  });

  it("refuse forms of other sites, of other types, and broken ones", async () => {
    const type = "application/x-www-form-urlencoded";
    const status = async (headers: Record<string, string>) =>
      (await browse("/open", { method: "POST", body: "owner=x", headers })).status;
    assert.equal(await status({ "content-type": type, "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await status({ "content-type": "text/plain" }), 415);
    assert.equal(await status({ "content-type": "multipart/form-data; boundary=x" }), 400);
    assert.equal((await ask(`${site.url}/upload`)).status, 405);
    assert.equal(
      (await ask(`${site.url}/open`, { method: "OPTIONS" })).headers.get("allow"),
      "GET, HEAD, OPTIONS, POST",
    );
  });

  it("bring their files, once", async () => {
    const first = await browse("/site.css");
    assert.deepEqual([first.text, first.headers.get("content-type")], ["p { color: red }", "text/css"]);
    const headers = { "if-none-match": first.headers.get("etag")! };
    assert.equal((await browse("/site.css", { headers })).status, 304);
  });
});

describe("the reference at /docs", () => {
  it("shows every operation, with nothing from elsewhere", async () => {
    const { text, headers } = await browse("/docs");
    assert.match(headers.get("content-security-policy")!, /script-src 'self'/);
    const { paths } = (await ask(`${site.url}/openapi.json`)).json as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    for (const { operationId } of Object.values(paths).flatMap((item) => Object.values(item)))
      assert.ok(text.includes(`id="${operationId}"`), operationId);
    const sources = [...text.matchAll(/(?:src|href)="([^"#][^"]*)"/g)].map(([, url]) => url!);
    assert.deepEqual([...new Set(sources)].sort(), [
      "/docs/reference.css",
      "/docs/reference.js",
      "/openapi.json",
      "data:,",
    ]);
    for (const url of sources.slice(1)) assert.equal((await browse(url)).status, 200, url);
  });
});
