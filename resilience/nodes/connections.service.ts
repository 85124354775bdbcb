import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { noPostgres } from "../../servers/postgres.ts";
import { Node } from "./node.ts";
import { Trial } from "./trial.ts";

const skip = noPostgres("system");

/** What one process may have of a server: its pool, and one to hear of commits on. */
const CONNECTIONS_MAX = 11;
/** Of a server that has enough for three nodes, and few more. */
const SERVER_CONNECTIONS = 44;
const OFF_MS = 10_000;
const ON_MS = 15_000;

it("every node has its few connections, however many nodes there are", { skip }, async (t) => {
  const trial = await Trial.begin(t, { nodes: 5 });
  const most = trial.nodes.map(() => 0);
  for (let look = 0; look < 120; look++) {
    trial.nodes.forEach(({ proxy }, at) => {
      most[at] = Math.max(most[at]!, proxy.connections);
    });
    await trial.load(50);
  }
  trial.say(`connections at most: ${most.join(", ")}`);
  for (const count of most) assert.ok(count <= CONNECTIONS_MAX, `${count} connections`);
  await trial.end();
});

it("a server that has no connection left is told of, and used again when it has", { skip }, async (t) => {
  const configuration = { max_connections: SERVER_CONNECTIONS };
  const trial = await Trial.begin(t, { server: { configuration } });
  await trial.load(1500);
  const takers = await takeAll(trial.url);
  t.after(() => release(takers));
  // Those that nodes have stay theirs: cut once, they find none free.
  const [node] = trial.nodes;
  node!.proxy.drop();
  const more = await takeAll(trial.url);
  const off = await node!.until(false, OFF_MS);
  assert.match(off.reasons.join(), /no connection left\. Raise its max_connections/);
  const late = await Node.create("late", trial.url);
  t.after(() => late.remove());
  await assert.rejects(late.start(), /no connection left\. Raise its max_connections/);
  await trial.load(1000);
  await Promise.all([release(takers), release(more)]);
  const on = await node!.until(true, ON_MS);
  await trial.load(1500);
  trial.say(
    `${takers.length + more.length} of ${SERVER_CONNECTIONS} connections taken by others: readiness off after ` +
      `${off.ms} ms, on ${on.ms} ms after they were given back`,
  );
  await trial.end();
});

/** Opens connections until there are no more. */
async function takeAll(url: string): Promise<pg.Client[]> {
  const taken: pg.Client[] = [];
  for (let misses = 0; misses < 20; ) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => {});
    try {
      await client.connect();
      taken.push(client);
    } catch {
      misses += 1;
      await wait(20);
    }
  }
  return taken;
}

async function release(clients: readonly pg.Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.end()));
}
