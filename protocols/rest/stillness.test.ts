import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Running, running } from "./site.fixture.ts";

const READY = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
const LARGE = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
/** More than the kernel keeps for both sides of a connection. */
const LARGE_COUNT = 1000;

function open({ url }: Running): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port) });
}

describe("a connection that stands still", () => {
  it("is ended when it has been idle too long, and not while it is used", async (t) => {
    const site = await running({ limits: { idleMs: 1500 } });
    t.after(site.stop);
    const idle = open(site);
    const used = open(site);
    let answers = 0;
    used.on("data", (chunk) => (answers += String(chunk).split("200 OK").length - 1));
    idle.write(READY);
    const [first] = await once(idle, "data");
    assert.match(String(first), /^Keep-Alive: timeout=1\r$/m);
    const ended = once(idle, "end");
    for (let asked = 0; asked < 10; asked++) {
      used.write(READY);
      await sleep(300);
    }
    await ended;
    assert.deepEqual([answers, used.readableEnded], [10, false]);
    idle.destroy();
    used.destroy();
  });

  it("is cut where its answers are not read, and not where they are read slowly", async (t) => {
    const site = await running({ limits: { stallMs: 1500 } });
    t.after(site.stop);
    const stuck = open(site);
    const slow = open(site);
    const ends = { stuck: 0, slow: 0 };
    stuck.on("error", () => {}).on("close", () => ends.stuck++);
    slow.on("close", () => ends.slow++);
    for (const socket of [stuck, slow]) {
      socket.pause();
      socket.write(LARGE.repeat(LARGE_COUNT));
    }
    let read = 0;
    for (let turn = 0; turn < 40; turn++) {
      await sleep(100);
      read += (slow.read() as Buffer | null)?.length ?? 0;
    }
    stuck.resume();
    await once(stuck, "close");
    assert.ok(read > 0);
    assert.deepEqual(ends, { stuck: 1, slow: 0 });
    slow.destroy();
  });
});
