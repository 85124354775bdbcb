import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type SeededRandom, seededRandom } from "@plinth/testing";
import { noPostgres } from "../../servers/postgres.ts";
import type { Node } from "./node.ts";
import { Trial } from "./trial.ts";

const skip = noPostgres("system");

/** How long things happen, and the longest that one of them takes, in milliseconds. */
const RUN_MS = Number(process.env.NODES_SECONDS ?? 25) * 1000;
const FAULT_MS = 2500;

/** What may happen, one thing after another, often before the one before is over with. */
const FAULTS: Readonly<Record<string, (node: Node, random: SeededRandom, trial: Trial) => Promise<void>>> = {
  killed: async (node, random) => {
    await node.kill();
    await wait(random.below(1000));
    await node.start();
  },
  reset: async ({ proxy }) => proxy.drop(),
  halved: async ({ proxy }, random) => proxy.halfClose(random.oneIn(2) ? "answers" : "requests"),
  stalled: async ({ proxy }, random) => {
    proxy.stall(random.pick(["answers", "requests", undefined]));
    await wait(random.below(FAULT_MS));
    if (random.oneIn(2)) proxy.drop();
    proxy.flow();
  },
  asleep: async (node, random) => {
    node.signal("SIGSTOP");
    await wait(random.below(FAULT_MS));
    node.signal("SIGCONT");
  },
  "PostgreSQL killed": async (_node, _random, { server }) => {
    await server.kill();
    await server.start();
  },
};

it("whatever happens, in whatever order, nothing is lost or doubled", { skip }, async (t) => {
  const trial = await Trial.begin(t);
  const random = seededRandom(trial.seed);
  await trial.load(1500);
  for (const end = performance.now() + RUN_MS; performance.now() < end; ) {
    const node = random.pick(trial.nodes);
    const [name, happens] = random.pick(Object.entries(FAULTS));
    await happens(node, random, trial);
    trial.say(`${node.name} ${name}`);
    await trial.load(random.below(900));
  }
  await trial.end();
});
