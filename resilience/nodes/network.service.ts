import assert from "node:assert/strict";
import { it } from "node:test";
import { noPostgres } from "../../servers/postgres.ts";
import type { TcpProxy } from "../../servers/proxy.ts";
import { TAKEOVER_MS, Trial } from "./trial.ts";

const skip = noPostgres("system");

/** How soon a node has to tell that it has no database, and that it has one again, in milliseconds. */
const OFF_MS = 6000;
const ON_MS = 15_000;

/** Ways in which a node loses its database until it is mended. */
const CUTS: Readonly<Record<string, { cut(proxy: TcpProxy): void; mend(proxy: TcpProxy): Promise<void> }>> = {
  "connections are reset, and new ones refused": {
    cut: (proxy) => {
      proxy.refuse();
      proxy.drop();
    },
    mend: (proxy) => proxy.accept(),
  },
  "nothing comes through, and all of it in the end": {
    cut: (proxy) => proxy.stall(),
    mend: async (proxy) => proxy.flow(),
  },
  "what is sent arrives, and no answer comes back": {
    cut: (proxy) => proxy.stall("answers"),
    mend: async (proxy) => {
      proxy.drop();
      proxy.flow();
    },
  },
};

it("a node that is cut off from the database is replaced, and comes back by itself", { skip }, async (t) => {
  const trial = await Trial.begin(t);
  await trial.load(1500);
  for (const [name, { cut, mend }] of Object.entries(CUTS)) {
    const node = await trial.busiest();
    const leases = await trial.leasesOf(node.pid);
    assert.ok(leases.length > 0, "It has something to lose.");
    const since = performance.now();
    cut(node.proxy);
    const off = await node.until(false, OFF_MS);
    assert.match(off.reasons.join(), /The store cannot be used/);
    const takenMs = await trial.takenOver(leases, TAKEOVER_MS, since);
    for (const other of trial.nodes) if (other !== node) await other.until(true, 1);
    const speed = trial.speedSince(since);
    await mend(node.proxy);
    const on = await node.until(true, ON_MS);
    await trial.load(1500);
    trial.say(
      `${name}: readiness off after ${off.ms} ms, ${leases.length} leases taken over after ${takenMs} ms, ` +
        `readiness on ${on.ms} ms after it was mended; ${speed} commands/s meanwhile`,
    );
  }
  await trial.end();
});

it("connections that end on one side, or are slow, cost nothing but time", { skip }, async (t) => {
  const trial = await Trial.begin(t);
  await trial.load(1500);
  for (const direction of ["answers", "requests"] as const)
    for (let time = 0; time < 3; time++) {
      const since = performance.now();
      for (const { proxy } of trial.nodes) proxy.halfClose(direction);
      await trial.load(1500);
      await Promise.all(trial.nodes.map((node) => node.until(true, ON_MS)));
      trial.say(`the ${direction} of all nodes ended: silent for ${trial.silenceSince(since)} ms`);
    }
  const since = performance.now();
  const node = await trial.busiest();
  node.proxy.delay(400);
  await trial.load(5000);
  await node.until(true, 1);
  trial.say(`400 ms to the database and back: ${trial.speedSince(since)} commands/s`);
  node.proxy.delay(0);
  await trial.end();
});
