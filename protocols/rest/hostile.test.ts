import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, post, type Running, running } from "./site.fixture.ts";

let site: Running;
const LIMITS = { bodyBytes: 4096, headersMs: 1000, requestMs: 1500, connectionsMax: 40 };
before(async () => {
  site = await running({ limits: LIMITS });
});
after(() => site.stop());

function open({ url }: Running = site): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port), allowHalfOpen: true });
}

/** Sends bytes as they are, and reads until the server closes. */
async function raw(bytes: string | Buffer, { close = false } = {}): Promise<string> {
  const socket = open();
  if (close) socket.end(bytes);
  else socket.write(bytes);
  const text = await readAll(socket);
  socket.end();
  return text;
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "end");
  return text;
}

/** Status and code of the only answer in some bytes. */
function answered(text: string): [number, string] {
  assert.equal(text.match(/HTTP\/1\.1 \d{3}/g)?.length, 1, text);
  const [head, body] = text.split("\r\n\r\n") as [string, string];
  assert.match(head, /content-type: application\/problem\+json/i);
  return [Number(head.slice(9, 12)), JSON.parse(body).code];
}

const INVALID = [400, "invalid_argument"];
const LARGE = [413, "payload_too_large"];
const end = "Host: x\r\nConnection: close\r\n\r\n";

describe("bytes that are no request", () => {
  const cases: readonly (readonly [string, string | Buffer, unknown])[] = [
    ["noise", Buffer.from([0, 1, 2, 0xff, 0xfe]), INVALID],
    ["TLS", Buffer.from("16030100a5010000a1030300", "hex"), INVALID],
    ["an unknown method", `MAKE /accounts HTTP/1.1\r\n${end}`, INVALID],
    ["an unknown version", `GET /accounts HTTP/9.9\r\n${end}`, INVALID],
    ["no Host", "GET /accounts HTTP/1.1\r\nConnection: close\r\n\r\n", INVALID],
    ["two Hosts", `GET /accounts HTTP/1.1\r\nHost: a\r\n${end}`, INVALID],
    ["a header without a colon", `GET /accounts HTTP/1.1\r\nno colon\r\n${end}`, INVALID],
    ["a folded header", `GET /accounts HTTP/1.1\r\nA: b\r\n c\r\n${end}`, INVALID],
    ["a NUL in a header", `GET /accounts HTTP/1.1\r\nA: b\0c\r\n${end}`, INVALID],
    ["two lengths", `POST /accounts HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n${end}`, INVALID],
    [
      "length and chunks",
      `POST /accounts HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
      INVALID,
    ],
    ["a negative length", `POST /accounts HTTP/1.1\r\nContent-Length: -1\r\n${end}`, INVALID],
    ["long headers", `GET /accounts HTTP/1.1\r\nA: ${"b".repeat(20_000)}\r\n${end}`, LARGE],
    ["a long target", `GET /${"a".repeat(20_000)} HTTP/1.1\r\n${end}`, LARGE],
    ["many headers", `GET /accounts HTTP/1.1\r\n${"A: b\r\n".repeat(101)}${end}`, LARGE],
    ["a target that is no path", `GET accounts HTTP/1.1\r\n${end}`, INVALID],
    ["raw bytes in the target", `GET /accounts/\xe9 HTTP/1.1\r\n${end}`, INVALID],
    ["an odd expectation", `POST /accounts HTTP/1.1\r\nExpect: miracles\r\n${end}`, INVALID],
    ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", [405, "method_not_allowed"]],
    [
      "a broken chunk",
      `POST /accounts HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n${end}zz\r\n`,
      INVALID,
    ],
  ];
  for (const [what, bytes, expected] of cases)
    it(`are answered: ${what}`, async () => {
      const sent = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
      assert.deepEqual(answered(await raw(sent)), expected);
    });
});

describe("unusual requests that are right", () => {
  it("are served: absolute form, HTTP/1.0, OPTIONS *, upgrades that are not taken", async () => {
    assert.match(await raw(`GET http://x/accounts?limit=1 HTTP/1.1\r\n${end}`), /^HTTP\/1.1 200/);
    assert.match(await raw("GET /health/live HTTP/1.0\r\n\r\n"), /^HTTP\/1.1 200/);
    assert.match(
      await raw(`OPTIONS * HTTP/1.1\r\n${end}`),
      /^HTTP\/1.1 204 [\s\S]*\r\nAllow: GET, HEAD, OPTIONS, POST\r\n/,
    );
    const upgrade = "Upgrade: websocket\r\nConnection: Upgrade, close\r\nHost: x\r\n\r\n";
    assert.match(await raw(`GET /health/live HTTP/1.1\r\n${upgrade}`), /^HTTP\/1.1 200/);
  });

  it("are answered though the client has closed its side", async () => {
    assert.match(
      await raw("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", { close: true }),
      /^HTTP\/1.1 200/,
    );
    const body = "Content-Type: application/json\r\nContent-Length: 2\r\nHost: x\r\n\r\n{}";
    assert.match(await raw(`POST /accounts HTTP/1.1\r\n${body}`, { close: true }), /^HTTP\/1.1 201/);
  });

  it("are answered in order when they come in one go", async () => {
    const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const text = await raw(`${one("/health/live")}${one("/nowhere")}GET /accounts HTTP/1.1\r\n${end}`);
    assert.deepEqual(text.match(/HTTP\/1.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  });

  it("are asked for their body only after they were looked at", async () => {
    const head = `POST /accounts HTTP/1.1\r\nExpect: 100-continue\r\n`;
    const socket = open();
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: 2\r\n${end}`);
    const [interim] = await once(socket, "data");
    assert.match(String(interim), /^HTTP\/1.1 100 Continue\r\n\r\n$/);
    socket.write("{}");
    assert.match(await readAll(socket), /^HTTP\/1.1 201/);
    const refused = await raw(`${head}Content-Type: text/html\r\nContent-Length: 2\r\n${end}`);
    assert.deepEqual(answered(refused), [415, "unsupported_media_type"]);
  });
});

describe("bodies", () => {
  const send = (body: string, headers: Record<string, string> = { "content-type": "application/json" }) =>
    ask(`${site.url}/accounts`, { method: "POST", body, headers });

  it("are refused by type, coding and charset", async () => {
    for (const headers of [
      { "content-type": "text/html" },
      { "content-type": "application/x-www-form-urlencoded" },
      { "content-type": "application/json; charset=latin1" },
      { "content-type": "application/jsonx" },
      { "content-type": "json" },
      { "content-type": "application/json", "content-encoding": "gzip" },
    ] as Record<string, string>[]) {
      const { status, json } = await send("{}", headers);
      assert.deepEqual([status, json.code], [415, "unsupported_media_type"], JSON.stringify(headers));
    }
    assert.equal((await send("{}", { "content-type": "Application/JSON; charset=UTF-8" })).status, 201);
  });

  it("are refused by size, announced or not, on a connection that then works on or closes in order", async () => {
    const large = JSON.stringify({ owner: "x".repeat(5000) });
    const announced = await send(large);
    assert.deepEqual([announced.status, announced.json.code], LARGE);
    const chunk = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;
    const chunked = `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n${end}${chunk}`;
    assert.deepEqual(answered(await raw(`POST /accounts HTTP/1.1\r\n${chunked}`)), LARGE);
  });

  it("see their refusal although they go on sending", async () => {
    const socket = open();
    const reading = readAll(socket);
    socket.write(
      `POST /accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8000000\r\n\r\n`,
    );
    for (let sent = 0; sent < 8_000_000 && socket.writable; sent += 100_000)
      socket.write("x".repeat(100_000));
    assert.deepEqual(answered(await reading), LARGE);
    socket.end();
  });

  it("are refused where they are no JSON", async () => {
    for (const body of ["{", "[1,2", "nul", '{"a":1}x', "\ufeff{}"]) {
      const { status, json } = await send(body);
      assert.deepEqual([status, json.code], INVALID, body);
    }
    for (const body of ["[]", "7", "null", '"text"', "true"])
      assert.equal((await send(body)).status, 400, body);
    assert.equal((await send(`${"[".repeat(1000)}${"]".repeat(1000)}`)).status, 400);
  });

  it("that break off are answered, and change nothing", async () => {
    const before = (await ask(`${site.url}/accounts`)).json.items.length;
    const partial = "Content-Type: application/json\r\nContent-Length: 20\r\nHost: x\r\n\r\n{}";
    const text = await raw(`POST /accounts HTTP/1.1\r\n${partial}`, { close: true });
    assert.deepEqual(answered(text), INVALID);
    assert.equal((await ask(`${site.url}/accounts`)).json.items.length, before);
  });
});

describe("clients that are slow or gone", () => {
  it("are answered when their headers do not come in time", async () => {
    const socket = open();
    socket.write("GET /accounts HTTP/1.1\r\nHost: x\r\nA:");
    assert.deepEqual(answered(await readAll(socket)), INVALID);
    socket.end();
  });

  it("are answered when their body does not come in time", async () => {
    const socket = open();
    const head = "Content-Type: application/json\r\nContent-Length: 20\r\nHost: x\r\n\r\n";
    socket.write(`POST /accounts HTTP/1.1\r\n${head}{`);
    const text = await readAll(socket);
    assert.deepEqual(answered(text), INVALID);
    assert.match(text, /did not arrive in time/);
    socket.end();
  });

  it("leave nothing behind when they disappear", async () => {
    for (const bytes of [
      "GET /acc",
      "POST /accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
      `GET /accounts HTTP/1.1\r\n${end}`,
    ]) {
      const socket = open();
      socket.write(bytes);
      await sleep(20);
      socket.resetAndDestroy();
    }
    await sleep(50);
    const { text } = await ask(`${site.url}/metrics`);
    assert.match(text, /^plinth_http_in_flight 0$/m);
    assert.deepEqual(
      site.log.all.filter((line) => line.startsWith("error")),
      [],
    );
  });
});

describe("too many", () => {
  it("connections are answered 503 and closed, and there is room again afterwards", async () => {
    const held = Array.from({ length: LIMITS.connectionsMax + 5 }, () => open());
    const ends = held.map((socket) => readAll(socket));
    const first = await Promise.any(ends);
    assert.deepEqual(answered(first), [503, "unavailable"]);
    assert.match(first, /\r\nRetry-After: 1\r\n/);
    for (const socket of held) socket.destroy();
    await sleep(50);
    assert.equal((await ask(`${site.url}/health/live`)).status, 200);
    for (const reading of ends) reading.catch(() => {});
  });

  it("requests whose bodies are still arriving take no place from others", async (t) => {
    const busy = await running({ limits: { inFlightMax: 2 } });
    t.after(busy.stop);
    const { hostname, port } = new URL(busy.url);
    const head =
      "POST /accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    const slow = Array.from({ length: 5 }, () => connect({ host: hostname, port: Number(port) }));
    for (const socket of slow) socket.write(head);
    await sleep(50);
    assert.equal((await post(`${busy.url}/accounts`)).status, 201);
    for (const socket of slow) socket.destroy();
  });

  it("bytes of bodies that are still arriving are answered 503, until others have arrived", async (t) => {
    const busy = await running({ limits: { arrivingBytes: 100_000 } });
    t.after(busy.stop);
    const { hostname, port } = new URL(busy.url);
    const head =
      "POST /accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n";
    const client = () => connect({ host: hostname, port: Number(port) });
    const [one, other, third] = [client(), client(), client()];
    one.write(head + " ".repeat(60_000));
    await sleep(50);
    other.write(head + " ".repeat(60_000));
    assert.match(String((await once(other, "data"))[0]), /^HTTP\/1.1 503 [\s\S]*"code":"unavailable"/);
    one.write(`${" ".repeat(29_998)}{}`);
    assert.match(String((await once(one, "data"))[0]), /^HTTP\/1.1 201 /);
    third.write(`${head}${" ".repeat(89_998)}{}`);
    assert.match(String((await once(third, "data"))[0]), /^HTTP\/1.1 201 /);
    for (const socket of [one, other, third]) socket.destroy();
  });

  it("requests at work are answered 503, and probes still pass", async (t) => {
    const gate = Promise.withResolvers<void>();
    const busy = await running({
      limits: { inFlightMax: 2 },
      wrap: (operations) => ({
        ...operations,
        service: operations.service,
        run: async (request) => {
          await gate.promise;
          return operations.run(request);
        },
        readiness: () => operations.readiness(),
        metrics: () => operations.metrics(),
      }),
    });
    t.after(busy.stop);
    const first = [post(`${busy.url}/accounts`), post(`${busy.url}/accounts`)];
    await sleep(50);
    const began = performance.now();
    const third = await post(`${busy.url}/accounts`);
    assert.ok(performance.now() - began > 40, "whoever asks again at once takes no time from others");
    assert.deepEqual(
      [third.status, third.json.code, third.headers.get("retry-after")],
      [503, "unavailable", "1"],
    );
    assert.equal((await ask(`${busy.url}/health/ready`)).status, 200);
    assert.match((await ask(`${busy.url}/metrics`)).text, /^plinth_http_in_flight 2$/m);
    gate.resolve();
    assert.deepEqual(
      (await Promise.all(first)).map(({ status }) => status),
      [201, 201],
    );
    assert.equal((await post(`${busy.url}/accounts`)).status, 201);
  });
});
