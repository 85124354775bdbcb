import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Change } from "@plinth/ports";
import { PlinthError } from "@plinth/ports";
import { ask, post, type Running, running } from "./site.fixture.ts";

let site: Running;
before(async () => {
  site = await running({ limits: { heartbeatMs: 200 } });
});
after(() => site.stop());

/** One message of a stream, by field. */
type Message = Readonly<Record<string, string>>;

/** A stream of events that is being read. */
class Reader {
  readonly #ending = new AbortController();
  readonly #url: string;
  #reader: ReadableStreamDefaultReader<string> | null = null;
  #text = "";
  response: Response | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async open(headers: Record<string, string> = {}): Promise<this> {
    this.response = await fetch(this.#url, {
      headers: { accept: "text/event-stream", ...headers },
      signal: this.#ending.signal,
    });
    this.#reader = this.response.body!.pipeThrough(new TextDecoderStream()).getReader();
    return this;
  }

  /** The next message, comments and the hint to come back left out; null at the end. */
  async next(): Promise<Message | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.#reader!.read();
        if (done) return null;
        this.#text += value;
        continue;
      }
      const message = fields(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
      if (message.data !== undefined) return message;
    }
  }

  close(): void {
    this.#ending.abort();
  }
}

function fields(text: string): Message {
  const lines = text.split("\n").filter((line) => !line.startsWith(":"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
}

const data = (message: Message | null) => JSON.parse(message!.data!);
const deposit = (id: string, amount = 1) => post(`${site.url}/accounts/${id}/deposit`, { amount });

describe("event streams", () => {
  it("begin with what there is, and go on with what happens to an entity", async (t) => {
    const { json } = await deposit("e1", 5);
    const stream = await new Reader(`${site.url}/accounts/e1`).open();
    t.after(() => stream.close());
    assert.equal(stream.response!.headers.get("content-type"), "text/event-stream");
    const first = await stream.next();
    assert.ok(Number(first!.id) >= json.position);
    assert.deepEqual(data(first).state.balance, 5);
    const written = await deposit("e1", 2);
    const second = await stream.next();
    assert.equal(second!.id, String(written.json.position));
    assert.deepEqual(data(second), { id: "e1", version: 2, state: written.json.state });
  });

  it("tell rows with their key, and what is gone", async (t) => {
    await deposit("v1", 5);
    const stream = await new Reader(`${site.url}/balances/v1`).open();
    t.after(() => stream.close());
    assert.equal(data(await stream.next()).row.balance, 5);
    await post(`${site.url}/accounts/v1/close`);
    const gone = await stream.next();
    assert.deepEqual([gone!.event, data(gone)], ["gone", { key: "v1" }]);
  });

  it("follow lists, as far as the filter goes", async (t) => {
    const stream = await new Reader(`${site.url}/accounts?balance[gte]=1000`).open();
    t.after(() => stream.close());
    await deposit("small", 1);
    await deposit("large", 1000);
    let message = await stream.next();
    while (message!.event === "gone") message = await stream.next();
    assert.equal(data(message).id, "large");
  });

  it("resume after the last position that the client has seen", async (t) => {
    const first = await deposit("r1", 1);
    await deposit("r2", 2);
    const last = await deposit("r1", 3);
    const seen = { "last-event-id": String(first.json.position) };
    const stream = await new Reader(`${site.url}/accounts`).open(seen);
    t.after(() => stream.close());
    const missed = [await stream.next(), await stream.next()].map((message) => data(message).id);
    assert.deepEqual(missed, ["r2", "r1"]);
    const again = await new Reader(`${site.url}/accounts/r1`).open(seen);
    t.after(() => again.close());
    const newest = await again.next();
    assert.deepEqual([newest!.id, data(newest).state.balance], [String(last.json.position), 4]);
  });

  it("refuse what is no position, pages and orders, and readers without the right, before they begin", async () => {
    const refusal = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await ask(site.url + path, { headers: { accept: "text/event-stream", ...headers } });
      return [answer.status, answer.json.code, answer.json.errors?.[0].path];
    };
    assert.deepEqual(await refusal("/accounts", { "last-event-id": "soon" }), [
      400,
      "invalid_argument",
      "Last-Event-ID",
    ]);
    assert.deepEqual(await refusal("/accounts?limit=5"), [400, "invalid_argument", "limit"]);
    assert.deepEqual(await refusal("/balances?sort=balance"), [400, "invalid_argument", "sort"]);
    const blind = await refusal("/accounts", { authorization: "Bearer blind" });
    assert.deepEqual(blind.slice(0, 2), [403, "permission_denied"]);
  });

  it("stay open through silence by comments", async (t) => {
    const ending = new AbortController();
    t.after(() => ending.abort());
    const response = await fetch(`${site.url}/accounts/quiet`, {
      headers: { accept: "text/event-stream" },
      signal: ending.signal,
    });
    let text = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.split(":\n\n").length > 2) break;
    }
    assert.match(text, /^retry: 2000\n\n/);
  });

  it("answer HEAD with their headers alone", async () => {
    const { status, headers, text } = await ask(`${site.url}/accounts`, {
      method: "HEAD",
      headers: { accept: "text/event-stream" },
    });
    assert.deepEqual([status, headers.get("content-type"), text], [200, "text/event-stream", ""]);
  });

  it("are let go of when their reader leaves", async () => {
    const stream = await new Reader(`${site.url}/accounts`).open();
    assert.match((await ask(`${site.url}/metrics`)).text, /^plinth_http_in_flight 0$/m);
    stream.close();
    const deadline = performance.now() + 5000;
    for (let open = "1"; open !== "0"; ) {
      assert.ok(performance.now() < deadline, "streams are still open");
      await sleep(20);
      open = /^plinth_http_event_streams (\d+)$/m.exec((await ask(`${site.url}/metrics`)).text)![1]!;
    }
  });
});

describe("event streams of operations that", () => {
  const serving = (watch: () => AsyncIterable<Change>, limits = {}) =>
    running({
      limits,
      wrap: (operations) => ({ ...operations, service: operations.service, watch, metrics: () => [] }),
    });

  it("fail on the way end with a problem", async (t) => {
    const failing = await serving(async function* () {
      yield { position: 1, key: "a", body: '{"id":"a",\n"version":1}' };
      throw new PlinthError("unavailable", "The store is away.");
    });
    t.after(failing.stop);
    const stream = await new Reader(`${failing.url}/accounts`).open();
    assert.deepEqual(data(await stream.next()), { id: "a", version: 1 });
    const problem = await stream.next();
    assert.deepEqual([problem!.event, data(problem).code], ["problem", "unavailable"]);
    assert.equal(await stream.next(), null);
  });

  it("are faster than their reader wait for it", async (t) => {
    let made = 0;
    const body = JSON.stringify({ id: "a", version: 1, state: "x".repeat(10_000) });
    const fast = await serving(async function* () {
      for (;;) {
        made++;
        yield { position: made, key: "a", body };
      }
    });
    t.after(fast.stop);
    const { hostname, port } = new URL(fast.url);
    const socket = connect({ host: hostname, port: Number(port) });
    t.after(() => socket.destroy());
    socket.write("GET /accounts HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
    await once(socket, "readable");
    await sleep(100);
    const before = made;
    await sleep(200);
    assert.ok(made > 1 && made < 20_000, `${made} made`);
    assert.equal(made, before);
  });

  it("are too many are answered 503", async (t) => {
    const full = await serving(
      async function* () {
        await new Promise(() => {});
      },
      { streamsMax: 1 },
    );
    t.after(full.stop);
    const first = await new Reader(`${full.url}/accounts`).open();
    t.after(() => first.close());
    const second = await ask(`${full.url}/accounts`, { headers: { accept: "text/event-stream" } });
    assert.deepEqual([second.status, second.headers.get("retry-after")], [503, "5"]);
  });
});
