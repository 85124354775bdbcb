import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Running } from "plinth";
import { Faults, samples, startHiring } from "./hiring.fixture.ts";
import type { Job } from "./job/job.ts";
import { importSamples } from "./samples.ts";
import { sliceOf } from "./spec/quote.ts";

interface Reply {
  readonly id: string;
  readonly version: number;
  readonly position: number;
  readonly state: Job;
}

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { path: string; message: string }[];
}

const faults = new Faults();
let url: string;
let running: Running;

before(async () => {
  ({ url, running } = await startHiring(faults));
});

after(async () => {
  assert.equal(await running.stop(), true);
  assert.deepEqual(faults.messages, [], "nothing went wrong inside");
});

async function post(path: string, body: string | Buffer | object, headers: Record<string, string> = {}) {
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  const type = isText ? "text/markdown" : "application/json";
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": type, ...headers },
    body: isText ? (body as string) : JSON.stringify(body),
  });
  return { response, body: (await response.json()) as Reply & Problem };
}

async function importDocument(document: string | Buffer, headers: Record<string, string> = {}) {
  const { response, body } = await post("/jobs/import", document, headers);
  assert.equal(response.status, 201, body.detail);
  return body as Reply;
}

async function pageOf(path: string): Promise<{ response: Response; text: string }> {
  const response = await fetch(url + path, { headers: { accept: "text/html" } });
  return { response, text: await response.text() };
}

const [sample] = samples.values();

describe("POST /jobs/import", () => {
  for (const [name, document] of samples)
    it(`reads ${name} in every media type alike, and quotes it truly`, async () => {
      const markdown = await importDocument(document, {
        "content-disposition": `attachment; filename="${name}"`,
      });
      const plain = await importDocument(document, { "content-type": "text/plain; charset=utf-8" });
      const json = await post("/jobs/import", {
        document: document.toString("utf8"),
        mediaType: "text/plain",
      });
      assert.equal(json.response.status, 201);
      assert.equal(markdown.state.reference, name);
      assert.equal(plain.state.reference, null);
      for (const { state } of [markdown, plain, json.body]) {
        assert.equal(state.status, "draft");
        assert.ok(state.spec.title.text.length > 0);
        assert.ok(state.spec.requirements.length >= 8);
        assert.deepEqual(state.spec.requirements, json.body.state.spec.requirements);
        for (const { quote } of state.spec.requirements)
          assert.equal(sliceOf(state.document!, quote!), quote!.text);
      }
    });

  it("answers with what a client needs to go on", async () => {
    const { response, body } = await post("/jobs/import", sample!);
    assert.equal(response.headers.get("location"), `/jobs/${body.id}`);
    assert.equal(response.headers.get("etag"), '"1"');
    const read = await fetch(`${url}/jobs/${body.id}`);
    assert.deepEqual(await read.json(), { id: body.id, version: 1, state: body.state });
  });

  it("takes the same import once, and the same reference once", async () => {
    const headers = { "idempotency-key": "import-1", "content-disposition": "attachment; filename=R-7.md" };
    const first = await importDocument(sample!, headers);
    assert.deepEqual(await importDocument(sample!, headers), first);
    const other = await post("/jobs/import", sample!, {
      "content-disposition": "attachment; filename=R-7.md",
    });
    assert.equal(other.response.status, 409);
    assert.equal(other.body.code, "reference_taken");
    const changed = await post("/jobs/import", `${sample}\n- More\n`, headers);
    assert.equal(changed.body.code, "idempotency_key_reused");
  });

  const noise = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 31 + (at >> 3)) % 256));
  const large = Buffer.alloc(5 * 1024 * 1024, `${sample}\n`);
  const prose = "# fastdate\n\nA small library for dates.\n\n## Install\n\n    npm install fastdate\n";
  const bad: readonly [string, string | Buffer | object, RegExp][] = [
    ["an empty document", "", /empty/],
    ["a blank document", " \n\t\n", /empty/],
    ["noise", noise, /binary|not text/],
    ["a picture", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1"), /PNG/],
    ["5 MB", large, /\d+ bytes; at most \d+/],
    ["5 MB in JSON", { document: large.toString("utf8") }, /\d+ bytes; at most \d+/],
    ["a readme", prose, /not a job spec/],
    ["an empty document in JSON", { document: "" }, /empty/],
    ["a readme in JSON", { document: prose }, /not a job spec/],
  ];
  for (const [name, document, message] of bad)
    it(`refuses ${name} as invalid_argument, and says what is wrong`, async () => {
      const before = await fetch(`${url}/jobs?limit=200`).then((list) => list.text());
      const { response, body } = await post("/jobs/import", document);
      assert.equal(response.status, 400);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      assert.equal(body.code, "invalid_argument");
      assert.equal(body.errors[0]?.path, "document");
      assert.match(body.errors[0]!.message, message);
      assert.equal(await fetch(`${url}/jobs?limit=200`).then((list) => list.text()), before);
    });

  it("refuses what it has no reader for", async () => {
    const pdf = await post("/jobs/import", "%PDF-1.7", { "content-type": "application/pdf" });
    assert.equal(pdf.body.code, "unsupported_media_type");
    const unknown = await post("/jobs/import", { document: sample!.toString(), colour: "red" });
    assert.equal(unknown.body.code, "invalid_argument");
    const huge = await post("/jobs/import", Buffer.alloc(9 * 1024 * 1024, "a"));
    assert.equal(huge.body.code, "payload_too_large");
  });

  it("mends bytes that are no UTF-8", async () => {
    const bytes = Buffer.from(sample!.toString("utf8").replaceAll(/[—–]/g, "-"), "latin1");
    const { state } = await importDocument(bytes, { "content-type": "text/plain" });
    assert.match(state.document!, /£75,000/);
    assert.deepEqual(
      state.spec.repairs.map(({ kind }) => kind),
      ["windows-1252"],
    );
  });
});

describe("POST /jobs", () => {
  it("drafts a job by hand", async () => {
    const { response, body } = await post("/jobs", { title: "Data Engineer", reference: "R-8" });
    assert.equal(response.status, 201);
    assert.equal(body.state.spec.title.text, "Data Engineer");
    assert.equal(body.state.document, null);
    const page = await pageOf(`/jobs/${body.id}`);
    assert.match(page.text, /<h1[^>]*>Data Engineer<\/h1>/);
    assert.doesNotMatch(page.text, /<pre/);
  });
});

describe("open jobs", () => {
  it("are listed from the moment they were opened until they are closed", async () => {
    const { id } = await importDocument(sample!);
    const opened = await post(`/jobs/${id}/open`, {});
    assert.equal(opened.body.state.status, "open");
    const listed = await fetch(`${url}/open-jobs/${id}`, {
      headers: { "plinth-at-least": String(opened.body.position) },
    });
    assert.deepEqual(await listed.json(), {
      id,
      reference: null,
      title: "Senior Software Engineer",
      organisation: null,
      locations: [{ place: "London, UK", arrangement: "hybrid", restriction: null }],
      salary: { currency: "GBP", min: 75_000, max: 95_000, period: "year", equity: false },
      musts: 8,
      nices: 7,
      openedAt: opened.body.state.openedAt,
    });
    const again = await post(`/jobs/${id}/open`, {});
    assert.deepEqual([again.response.status, again.body.code], [409, "job_already_open"]);
    const closed = await post(`/jobs/${id}/close`, { reason: "Filled." });
    const gone = await fetch(`${url}/open-jobs/${id}`, {
      headers: { "plinth-at-least": String(closed.body.position) },
    });
    assert.equal(gone.status, 404);
  });

  it("can be filtered and sorted", async () => {
    await importSamples(running.operations);
    const query = "musts[gte]=20&sort=-musts";
    const { position } = await fetch(`${url}/jobs?limit=1`).then(async (list) => ({
      position: list.headers.get("plinth-position")!,
    }));
    const list = await fetch(`${url}/open-jobs?${query}`, { headers: { "plinth-at-least": position } });
    const { items } = (await list.json()) as { items: { title: string }[] };
    assert.deepEqual(
      items.map(({ title }) => title),
      ["Senior Backend Developer (Golang)", "Backend Architect"],
    );
  });
});

describe("the samples", () => {
  it("are imported once, and opened where the last start was cut short", async () => {
    const other = await startHiring(faults);
    const [name, document] = [...samples][0]!;
    await fetch(`${other.url}/jobs/import`, {
      method: "POST",
      headers: { "content-type": "text/plain", "content-disposition": `attachment; filename="${name}"` },
      body: new Uint8Array(document),
    });
    const statuses = async () => {
      const list = await fetch(`${other.url}/jobs?sort=reference`);
      const { items } = (await list.json()) as { items: Reply[] };
      return items.map(({ state, version }) => [state.reference, state.status, version]);
    };
    await importSamples(other.running.operations);
    const imported = [...samples.keys()].sort().map((reference) => [reference, "open", 2]);
    assert.deepEqual(await statuses(), imported);
    await importSamples(other.running.operations);
    assert.deepEqual(await statuses(), imported);
    await other.running.stop();
  });
});

describe("pages", () => {
  it("list the jobs and lead to each", async () => {
    const { id } = await importDocument(sample!);
    const { response, text } = await pageOf("/");
    assert.equal(response.status, 200);
    assert.match(text, new RegExp(`<a href="/jobs/${id}">Senior Software Engineer</a>`));
  });

  it("show a job to people and its state to programs, on the same path", async () => {
    const { id } = await importDocument(sample!);
    const page = await pageOf(`/jobs/${id}`);
    assert.equal(page.response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(page.response.headers.get("content-security-policy")!, /default-src 'none'/);
    assert.match(page.text, /<mark class="must" id="quote-\d+">\*\*Python\*\*/);
    const json = await fetch(`${url}/jobs/${id}`);
    assert.equal(json.headers.get("content-type"), "application/json");
  });

  it("escape what documents, references and reasons say", async () => {
    const hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&";
    const document = `# Senior Engineer ${hostile}\n\n## Requirements\n\n- 5+ years of ${hostile} Go\n- ${hostile}\n\n## Responsibilities\n\n- Run ${hostile}\n\n## Salary\n\n£70,000 ${hostile}\n`;
    const { body } = await post("/jobs/import", { document, reference: hostile });
    assert.ok(body.id, body.detail);
    await post(`/jobs/${body.id}/open`, {});
    await post(`/jobs/${body.id}/close`, { reason: hostile });
    for (const path of ["/", `/jobs/${body.id}`]) {
      const { text } = await pageOf(path);
      assert.doesNotMatch(text, /<script|<img|onerror=alert\(2\)>/);
      assert.match(text, /&quot;&#39;&amp;/);
    }
    const { text } = await pageOf(`/jobs/${body.id}`);
    assert.match(text, /<pre[^>]*>[\s\S]*&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  });

  it("make one job of a form that is sent twice, and take no form from elsewhere", async () => {
    const { text } = await pageOf("/import");
    const [, key = ""] = /name="key" value="([^"]+)"/.exec(text)!;
    const send = (document: string, headers: Record<string, string> = {}) => {
      const body = new FormData();
      body.set("key", key);
      body.set("document", document);
      return fetch(`${url}/import`, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { accept: "text/html", ...headers },
      });
    };
    const first = await send(sample!.toString());
    assert.equal(first.status, 303);
    const again = await send(sample!.toString());
    assert.equal(again.headers.get("location"), first.headers.get("location"));
    const changed = await send(`${sample}\n- More\n`);
    assert.equal(changed.status, 422);
    const foreign = await send("", { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" });
    assert.equal(foreign.status, 403);
  });

  it("say what went wrong, as a page", async () => {
    const { response, text } = await pageOf("/jobs/nobody");
    assert.equal(response.status, 404);
    assert.match(text, /<h1>[^<]+<\/h1>/);
    assert.match(text, /There is no job &quot;nobody&quot;/);
  });
});
