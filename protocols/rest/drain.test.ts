import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, type Changes, post, type Running, running } from "./site.fixture.ts";

/** Commands that wait for a gate. */
function gated(gate: Promise<unknown>): Changes {
  return {
    wrap: (operations) => ({
      ...operations,
      service: operations.service,
      run: async (request) => {
        await gate;
        return operations.run(request);
      },
      readiness: () => operations.readiness(),
      watch: (request) => operations.watch(request),
    }),
  };
}

async function open({ url }: Running): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  return socket;
}

const COMMAND = "POST /accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";

/** Sends one command and resolves to its answer; rejects where the connection ends without one. */
function exchange(socket: Socket, request = COMMAND): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const onData = (chunk: Buffer): void => {
      text += chunk;
      const [head, body] = text.split("\r\n\r\n") as [string, string | undefined];
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (body === undefined || body.length < length) return;
      socket.off("data", onData).off("close", onClose).off("error", reject);
      resolve(text);
    };
    const onClose = (): void => reject(new Error(`closed after ${JSON.stringify(text)}`));
    socket.on("data", onData).on("close", onClose).on("error", reject);
    socket.write(request);
  });
}

it("answers everything that clients under load have sent, and then refuses connections", async (t) => {
  const site = await running();
  t.after(site.stop);
  const counts = { done: 0, refused: 0 };
  const client = async (): Promise<void> => {
    const socket = await open(site);
    for (;;) {
      const answer = await exchange(socket);
      counts[answer.startsWith("HTTP/1.1 201") ? "done" : "refused"]++;
      if (!answer.startsWith("HTTP/1.1 201"))
        assert.match(answer, /^HTTP\/1.1 503 [\s\S]*Retry-After: 1\r\n/);
      if (/connection: close/i.test(answer)) break;
    }
    await once(socket, "close");
  };
  const clients = Array.from({ length: 32 }, client);
  while (counts.done <= 32) await sleep(10);
  const start = performance.now();
  await Promise.all([site.listener.drain(10_000), ...clients]);
  assert.ok(performance.now() - start < 5000);
  assert.equal(await site.store.log.head(), counts.done);
  await assert.rejects(open(site), { code: "ECONNREFUSED" });
});

it("finishes what is in flight, says that it drains, and takes nothing new", async (t) => {
  const gate = Promise.withResolvers<void>();
  const site = await running(gated(gate.promise));
  t.after(site.stop);
  const [slow, other] = [await open(site), await open(site)];
  const answer = exchange(slow);
  await sleep(50);
  const drained = site.listener.drain(10_000);
  await sleep(20);
  const ready = await exchange(other, "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(ready, /^HTTP\/1.1 503 [\s\S]*"The process is draining\."/);
  gate.resolve();
  assert.match(await answer, /^HTTP\/1.1 201 [\s\S]*Connection: close\r\n/);
  await drained;
});

it("answers everything that was sent ahead on one connection, and closes it with the last answer", async (t) => {
  const gate = Promise.withResolvers<void>();
  const site = await running(gated(gate.promise));
  t.after(site.stop);
  const socket = await open(site);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  socket.write(COMMAND.repeat(3));
  await sleep(50);
  const drained = site.listener.drain(10_000);
  gate.resolve();
  await once(socket, "end");
  const closes = text
    .split("HTTP/1.1 201 ")
    .slice(1)
    .map((answer) => /Connection: close/.test(answer));
  assert.deepEqual(closes, [false, false, true]);
  await drained;
});

it("meets what is sent behind the last answer with no reset", async (t) => {
  const gate = Promise.withResolvers<void>();
  const site = await running(gated(gate.promise));
  t.after(site.stop);
  const { hostname, port } = new URL(site.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const errors: Error[] = [];
  socket.on("error", (error) => errors.push(error));
  const ended = once(socket, "end");
  const answer = exchange(socket);
  await sleep(50);
  const drained = site.listener.drain(10_000);
  gate.resolve();
  assert.match(await answer, /Connection: close/);
  await ended;
  socket.write(COMMAND);
  await sleep(50);
  socket.end(COMMAND);
  await drained;
  assert.deepEqual(errors, []);
  assert.equal(await site.store.log.head(), 1);
});

it("answers a request whose headers were still arriving", async (t) => {
  const site = await running();
  t.after(site.stop);
  const socket = await open(site);
  const answer = exchange(socket, COMMAND.slice(0, 10));
  const drained = site.listener.drain(10_000);
  for (const byte of COMMAND.slice(10)) {
    socket.write(byte);
    await sleep(20);
  }
  assert.match(await answer, /^HTTP\/1.1 503 [\s\S]*Connection: close\r\n/);
  await drained;
});

it("answers a body that has not arrived when the time is up", async (t) => {
  const site = await running();
  t.after(site.stop);
  const answer = exchange(
    await open(site),
    COMMAND.replace("Length: 0", "Length: 9\r\nContent-Type: application/json"),
  );
  await sleep(50);
  await site.listener.drain(1000);
  assert.match(await answer, /^HTTP\/1.1 503 [\s\S]*Connection: close\r\n/);
});

it("serves on for the grace, without being ready, and closes what it answers", async (t) => {
  const site = await running();
  t.after(site.stop);
  const [one, other] = [await open(site), await open(site)];
  const drained = site.listener.drain(10_000, 300);
  assert.match(await exchange(one, COMMAND), /^HTTP\/1.1 201 [\s\S]*Connection: close\r\n/);
  assert.match(
    await exchange(await open(site), "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n"),
    /^HTTP\/1.1 503/,
  );
  await sleep(400);
  assert.match(await exchange(other, COMMAND), /^HTTP\/1.1 503 /);
  await drained;
});

it("closes idle connections, a while after their last answer", async (t) => {
  const site = await running();
  t.after(site.stop);
  const [fresh, used] = [await open(site), await open(site)];
  await exchange(used);
  await sleep(1600);
  const start = performance.now();
  const drained = site.listener.drain(10_000);
  await sleep(100);
  assert.match(await exchange(used), /^HTTP\/1.1 503 /);
  await Promise.all([once(fresh, "close"), drained]);
  assert.ok(performance.now() - start < 3000);
});

it("ends event streams with a hint when to come back", async (t) => {
  const site = await running();
  t.after(site.stop);
  const response = await fetch(`${site.url}/accounts`, { headers: { accept: "text/event-stream" } });
  const text = response.text();
  await site.listener.drain(10_000);
  assert.match(await text, /retry: 2000\n\n$/);
});

it("cuts what is left at the deadline", async (t) => {
  const gate = Promise.withResolvers<void>();
  const site = await running(gated(gate.promise));
  t.after(site.stop);
  const stuck = exchange(await open(site));
  const lost = assert.rejects(stuck);
  await sleep(50);
  const start = performance.now();
  await site.listener.drain(300);
  assert.ok(performance.now() - start < 2000);
  await lost;
  gate.resolve();
});

it("is told in words where it cannot listen", async (t) => {
  const site = await running();
  t.after(site.stop);
  assert.equal((await ask(`${site.url}/health/ready`)).json.status, "ready");
  assert.equal((await post(`${site.url}/accounts`)).status, 201);
  const { rest } = await import("./rest.ts");
  const { clock, identity } = await import("./site.fixture.ts");
  const { operations, log } = site;
  const port = Number(new URL(site.url).port);
  const ids = { next: () => "id" };
  const starting = rest().start({
    operations,
    identity,
    limiter: null,
    clock,
    ids,
    logger: log,
    host: "127.0.0.1",
    port,
  });
  await assert.rejects(starting, { code: "EADDRINUSE", message: "the port is taken by another program" });
});
