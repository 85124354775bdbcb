import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { startProxy, type TcpProxy } from "./proxy.ts";

/** Long enough for what goes through to have come. */
const SOON_MS = 150;

test("what is sent comes back, in full, until the client ends", async (t) => {
  const { proxy, echo } = await setUp(t);
  const client = await connected(proxy);
  const sent = Buffer.alloc(8 << 20, "abcdefg");
  client.socket.end(sent);
  await once(client.socket, "end");
  assert.ok(sent.equals(client.received()), "All came back, and then the end.");
  assert.equal(echo.received(), sent.length);
  await until(() => proxy.connections === 0);
});

test("dropped connections are reset on both sides, and new ones are taken", async (t) => {
  const { proxy, echo } = await setUp(t);
  const client = await connected(proxy);
  await exchange(client, "before");
  proxy.drop();
  await until(() => client.errors.includes("ECONNRESET") && echo.errors.includes("ECONNRESET"));
  assert.equal(proxy.connections, 0);
  await exchange(await connected(proxy), "after");
});

test("while it refuses, old connections stay, and new ones fail at once", async (t) => {
  const { proxy } = await setUp(t);
  const client = await connected(proxy);
  proxy.refuse();
  await assert.rejects(connected(proxy), { code: "ECONNREFUSED" });
  await exchange(client, "still here");
  await proxy.accept();
  await exchange(await connected(proxy), "taken again");
});

test("a server that is not there shows as a reset", async (t) => {
  const { proxy, echo } = await setUp(t);
  echo.close();
  const client = await connected(proxy);
  await until(() => client.errors.includes("ECONNRESET"));
});

test("delayed bytes come late and in order", async (t) => {
  const { proxy } = await setUp(t);
  const client = await connected(proxy);
  proxy.delay(300);
  const startedAt = performance.now();
  client.socket.write("one ");
  await pause(20);
  client.socket.write("two ");
  proxy.delay(0);
  client.socket.write("three");
  await until(() => client.received().length >= 13);
  assert.equal(String(client.received()), "one two three");
  assert.ok(performance.now() - startedAt >= 149, "Half of the time there, and none back after its end.");
});

test("a stall lets nothing through and tells nobody, until it flows", async (t) => {
  const { proxy, echo } = await setUp(t);
  const client = await connected(proxy);
  proxy.stall();
  const late = await connected(proxy);
  client.socket.write("held");
  late.socket.end("too");
  await pause(SOON_MS);
  assert.deepEqual([echo.received(), client.received().length, client.errors], [0, 0, []]);
  proxy.flow();
  await until(() => String(client.received()) === "held" && String(late.received()) === "too");
});

test("with its answers stalled, the server does what nobody hears of", async (t) => {
  const { proxy, echo } = await setUp(t);
  const client = await connected(proxy);
  proxy.stall("answers");
  client.socket.write("order");
  await until(() => echo.received() === 5);
  await pause(SOON_MS);
  assert.equal(client.received().length, 0);
  proxy.drop();
  proxy.flow();
  await until(() => client.errors.includes("ECONNRESET"));
  assert.equal(client.received().length, 0, "What was held is lost.");
});

test("what is held has a bound, beyond which the sender waits", async (t) => {
  const { proxy } = await setUp(t);
  const client = await connected(proxy);
  proxy.stall();
  const sent = Buffer.alloc(24 << 20, "x");
  client.socket.write(sent);
  await pause(SOON_MS);
  assert.ok(client.socket.writableLength > 0, "It is not taken as if it went through.");
  proxy.flow();
  await until(() => client.received().length === sent.length);
});

test("half closed, the client sees the end, and what it sends still arrives", async (t) => {
  const { proxy, echo } = await setUp(t);
  const client = await connected(proxy);
  await exchange(client, "before");
  const ended = once(client.socket, "end");
  proxy.halfClose("answers");
  await ended;
  client.socket.write("after");
  await until(() => echo.received() === 11);
  await pause(SOON_MS);
  client.socket.write("and on");
  await until(() => echo.received() === 17);
  assert.deepEqual([echo.ends(), String(client.received())], [0, "before"]);
});

test("half closed the other way, the server sees the end", async (t) => {
  const { proxy, echo } = await setUp(t);
  const client = await connected(proxy);
  await exchange(client, "before");
  const ended = once(client.socket, "end");
  proxy.halfClose("requests");
  await until(() => echo.ends() === 1);
  client.socket.write("after");
  await ended;
  assert.equal(echo.received(), 6, "What comes after the end is swallowed.");
});

/** A server that sends back what it gets, and ends when its client does. */
async function startEcho() {
  const errors: unknown[] = [];
  let [received, ends] = [0, 0];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code));
    socket.on("data", (bytes) => {
      received += bytes.length;
    });
    socket.on("end", () => {
      ends += 1;
    });
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    errors,
    received: () => received,
    ends: () => ends,
    close: () => server.close(),
  };
}

async function setUp(t: TestContext) {
  const echo = await startEcho();
  const proxy = await startProxy(echo.port);
  t.after(() => {
    proxy.remove();
    echo.close();
  });
  return { echo, proxy };
}

interface Client {
  readonly socket: Socket;
  readonly errors: unknown[];
  received(): Buffer;
}

async function connected(proxy: TcpProxy): Promise<Client> {
  const socket = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  const errors: unknown[] = [];
  const pieces: Buffer[] = [];
  await once(socket, "connect");
  socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code));
  socket.on("data", (bytes: Buffer) => pieces.push(bytes));
  return { socket, errors, received: () => Buffer.concat(pieces) };
}

async function exchange(client: Client, text: string): Promise<void> {
  client.socket.write(text);
  await until(() => String(client.received()) === text);
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    assert.ok(performance.now() < end, "It has not come about within 20 s.");
    await pause(5);
  }
}
