import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "@plinth/testing";
import { noPostgres } from "../../servers/postgres.ts";
import { TAKEOVER_MS, Trial } from "./trial.ts";

const skip = noPostgres("system");

/** Kills of nodes, and of PostgreSQL. */
const NODE_KILLS = 8;
const SERVER_KILLS = 3;

it("nodes that are killed again and again lose nothing and double nothing", { skip }, async (t) => {
  const trial = await Trial.begin(t);
  const random = seededRandom(trial.seed);
  await trial.load(1500);
  for (let kill = 1; kill <= NODE_KILLS; kill++) {
    const victims = random.oneIn(3) ? trial.nodes.slice(random.below(2)) : [random.pick(trial.nodes)];
    const since = performance.now();
    await Promise.all(victims.map((node) => node.kill()));
    await wait(random.below(800));
    await Promise.all(victims.map((node) => node.start()));
    await trial.load(500 + random.below(1000));
    const names = victims.map(({ name }) => name).join(", ");
    trial.say(
      `kill ${kill}: ${names}; ${trial.ledger.acknowledged} acknowledged, silent for ${trial.silenceSince(since)} ms`,
    );
  }
  await trial.end();
});

it("a PostgreSQL that is killed under load loses nothing and doubles nothing", { skip }, async (t) => {
  const trial = await Trial.begin(t);
  await trial.load(1500);
  for (let kill = 1; kill <= SERVER_KILLS; kill++) {
    const since = performance.now();
    await trial.server.kill();
    const off = await Promise.all(trial.nodes.map((node) => node.until(false, 8000)));
    for (const { reasons } of off) assert.match(reasons.join(), /The store cannot be used/);
    const started = performance.now();
    await trial.server.start();
    const ready = performance.now();
    await Promise.all(trial.nodes.map((node) => node.until(true, 15_000)));
    const on = performance.now();
    await trial.load(2000);
    trial.say(
      `kill ${kill}: readiness off in ${Math.max(...off.map(({ ms }) => ms))} ms, PostgreSQL started in ` +
        `${Math.round(ready - started)} ms, readiness on ${Math.round(on - ready)} ms later; ` +
        `silent for ${trial.silenceSince(since)} ms, ${trial.ledger.acknowledged} acknowledged`,
    );
  }
  await trial.end();
});

it("a PostgreSQL that says nothing for longer than leases last is used again when it does", {
  skip,
}, async (t) => {
  const trial = await Trial.begin(t);
  await trial.load(1500);
  const since = performance.now();
  trial.server.pause();
  const off = await Promise.all(trial.nodes.map((node) => node.until(false, 8000)));
  for (const { reasons } of off) assert.match(reasons.join(), /The store cannot be used: It does not answer/);
  await wait(TAKEOVER_MS - (performance.now() - since));
  trial.server.resume();
  const on = await Promise.all(trial.nodes.map((node) => node.until(true, 15_000)));
  await trial.load(2000);
  const most = (found: readonly { ms: number }[]) => Math.max(...found.map(({ ms }) => ms));
  trial.say(
    `silent for ${TAKEOVER_MS} ms: readiness off after ${most(off)} ms, on ${most(on)} ms after it woke`,
  );
  await trial.end();
});
