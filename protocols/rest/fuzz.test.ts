import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { it } from "node:test";
import { type SeededRandom, seededRandom } from "@plinth/testing";
import { ask, post, running } from "./site.fixture.ts";

/** How many mutations; PLINTH_FUZZ sets another number, PLINTH_SEED another course. */
const COUNT = Number(process.env.PLINTH_FUZZ ?? 2000);
const SEED = Number(process.env.PLINTH_SEED ?? 1);
const AT_ONCE = 16;

const STATUSES = new Set([200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422]);

/** Valid requests of every kind, as bytes. */
const SEEDS = [
  { line: "POST /accounts", body: '{"owner":"Ada","kind":"business"}' },
  { line: "POST /accounts/open-named", body: '{"owner":"Grace"}' },
  {
    line: "POST /accounts/a/deposit",
    headers: 'Idempotency-Key: k1\r\nIf-Match: "1"\r\n',
    body: '{"amount":5,"note":"n"}',
  },
  { line: "POST /accounts/b/close", headers: "Prefer: wait=5\r\n", body: "{}" },
  {
    line: "GET /accounts?limit=5&sort=-balance&balance[gte]=1",
    headers: "Accept: application/json\r\nAccept-Encoding: gzip, br;q=0.5\r\n",
  },
  { line: "GET /accounts/a", headers: 'If-None-Match: W/"1", "2"\r\nPlinth-At-Least: 1\r\n' },
  { line: "GET /balances?at[gte]=2026-01-01T00:00:00Z&cursor=x", headers: "Cookie: plinth-position=1\r\n" },
  {
    line: "HEAD /balances/a",
    headers: "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
  },
  {
    line: "OPTIONS /accounts",
    headers: "Origin: https://example.com\r\nAccess-Control-Request-Method: POST\r\n",
  },
].map(({ line, headers = "", body }) => {
  const entity =
    body === undefined ? "" : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return Buffer.from(
    `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}${entity}\r\n${body ?? ""}`,
  );
});

const TOKENS = [
  "\0",
  "\r\n",
  "\r\n\r\n",
  "%",
  "%ff",
  "{",
  "}",
  '"',
  "[",
  ",",
  ":",
  ";q=0",
  "é",
  "\xff\xfe",
  "-1",
  "1e999",
  "null",
  "../",
  "__proto__",
  "Infinity",
  "9".repeat(40),
  "chunked",
  "*",
];

/** One to three changes: bytes flipped, removed, doubled, moved, put in. */
function mutate(random: SeededRandom, seed: Buffer): Buffer {
  let bytes = seed;
  for (let changes = 1 + random.below(3); changes > 0; changes--) bytes = change(random, bytes);
  return bytes;
}

function change(random: SeededRandom, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.below(12);
  const [head, middle, tail] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([head, Buffer.from([random.below(256)]), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([head, tail]);
    case 2:
      return Buffer.concat([head, middle, middle, tail]);
    case 3:
      return Buffer.concat([head, Buffer.from(random.pick(TOKENS), "latin1"), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([head, Buffer.from(random.pick(TOKENS), "latin1"), tail]);
    default:
      return Buffer.concat([tail, middle, head]);
  }
}

/** Sends bytes, closes, and resolves to the statuses that came back. */
async function statuses(url: URL, bytes: Buffer): Promise<number[]> {
  const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.end(bytes);
  await once(socket, "end");
  const text = Buffer.concat(chunks).toString("latin1");
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)]
    .map(([, status]) => Number(status))
    .filter((status) => status !== 100);
}

it(`${COUNT} mutations of valid requests are each answered, none with 5xx, none with an effect of its own`, async (t) => {
  const site = await running({ limits: { requestMs: 2000, headersMs: 2000 } });
  t.after(site.stop);
  await post(`${site.url}/accounts/a/deposit`, { amount: 5 });
  const random = seededRandom(SEED);
  const requests = Array.from({ length: COUNT }, () => mutate(random, random.pick(SEEDS)));
  const url = new URL(site.url);
  let [accepted, answered] = [0, 0];
  const work = async (): Promise<void> => {
    for (let bytes = requests.pop(); bytes; bytes = requests.pop()) {
      const found = await statuses(url, bytes);
      for (const status of found)
        assert.ok(STATUSES.has(status), `${status} for ${JSON.stringify(bytes.toString("latin1"))}`);
      if (bytes.includes("POST"))
        accepted += found.filter((status) => status === 200 || status === 201).length;
      answered += found.length;
    }
  };
  const before = heapAfterWork();
  await Promise.all(Array.from({ length: AT_ONCE }, () => work()));
  assert.ok(answered >= COUNT * 0.95, `${answered} answers to ${COUNT} requests`);
  assert.ok(heapAfterWork() - before < 64 * 1024 * 1024, "memory grew");
  assert.deepEqual(
    site.log.all.filter((line) => line.startsWith("error")),
    [],
  );
  assert.ok((await site.store.log.head()) <= accepted + 1, "more was committed than was acknowledged");
  assert.equal((await ask(`${site.url}/health/live`)).status, 200);
});

/** Bytes that live after what is garbage was collected, where that can be asked for. */
function heapAfterWork(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
