import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { noPostgres } from "../../servers/postgres.ts";
import type { Replacement } from "../replacing.ts";
import type { Node } from "./node.ts";
import { type LeaseRow, readLeases } from "./tables.ts";
import { pidOf, TAKEOVER_MS, Trial } from "./trial.ts";

const skip = noPostgres("system");

const HOUR_MS = 3_600_000;
/** How soon another has what a node gives back as it leaves, in milliseconds. */
const GIVEN_MS = 2000;

it("a node that sleeps beyond its leases wakes to find others at work, and joins them", {
  skip,
}, async (t) => {
  const trial = await Trial.begin(t);
  const { node, leases } = await sleepBeyondLeases(trial);
  const { ms } = await node.until(true, 10_000);
  await trial.load(2000);
  const now = await readLeases(trial.url);
  for (const { subscription, shard, token } of leases) {
    const lease = now.find((one) => one.subscription === subscription && one.shard === shard)!;
    assert.ok(lease.token > token, `${subscription}/${shard} has a new token`);
    assert.notEqual(pidOf(lease.owner), node.pid, "who sleeps does not take back what others hold");
  }
  trial.say(`ready ${ms} ms after it woke`);
  await trial.end();
});

it("a service that fences nobody is found out when a node wakes", { skip }, async (t) => {
  const trial = await Trial.begin(t, { program: () => ({ replacements: [UNFENCED] }) });
  await sleepBeyondLeases(trial);
  await assert.rejects(
    trial.load(2000).then(() => trial.end()),
    (error: Error) => {
      trial.say(error.message.split("\n")[1]!);
      return /^(views|reads|reactions|parked): /m.test(error.message);
    },
  );
});

/** Whoever writes rows or checkpoints may, whatever lease it has. */
const UNFENCED: Replacement = {
  file: "stores/postgres/subscriptions.ts",
  from: `position = greatest(position, $5)
  WHERE subscription = $1 AND shard = $2 AND owner = $3 AND token = $4`,
  to: `position = greatest(position, $5)
  WHERE subscription = $1 AND shard = $2 AND $3::text <> '' AND $4::bigint > 0`,
};

/** Stops the node that holds most until others hold it, and wakes it a second later. */
async function sleepBeyondLeases(trial: Trial): Promise<{ node: Node; leases: readonly LeaseRow[] }> {
  await trial.load(1500);
  const node = await trial.busiest();
  const leases = await trial.leasesOf(node.pid);
  assert.ok(leases.length > 0, "It has something to lose.");
  const since = performance.now();
  node.signal("SIGSTOP");
  const takenMs = await trial.takenOver(leases, TAKEOVER_MS, since);
  await trial.load(1000);
  node.signal("SIGCONT");
  trial.say(`asleep: ${leases.length} leases taken over after ${takenMs} ms`);
  return { node, leases };
}

it("a node that is told to stop gives its leases back at once", { skip }, async (t) => {
  const trial = await Trial.begin(t);
  for (let time = 0; time < 3; time++) {
    await trial.load(1500);
    const node = await trial.busiest();
    const leases = await trial.leasesOf(node.pid);
    assert.ok(leases.length > 0, "It has something to give back.");
    const since = performance.now();
    await node.stop();
    const stoppedMs = Math.round(performance.now() - since);
    const takenMs = await trial.takenOver(leases, GIVEN_MS);
    await node.start();
    trial.say(`stopped in ${stoppedMs} ms, ${leases.length} leases taken over ${takenMs} ms later`);
  }
  await trial.end();
});

it("a node whose clock is an hour off keeps its leases and leaves others theirs", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-nodes-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const shifted = (hours: number) => {
    const file = join(folder, String(hours));
    writeFileSync(file, String(hours * HOUR_MS));
    const fixture = import.meta.resolve("../faults/clock.fixture.ts");
    return { variables: { CLOCK_SHIFT: file, NODE_OPTIONS: `--import ${fixture}` } };
  };
  const hours: Readonly<Record<string, number>> = { a: 0, b: -1, c: 1 };
  const program = (name: string) => shifted(hours[name]!);
  const trial = await Trial.begin(t, { program });
  await trial.load(1500);
  const before = await readLeases(trial.url);
  await trial.load(12_000);
  assert.deepEqual(tokens(await readLeases(trial.url)), tokens(before), "nobody takes what another renews");
  for (let time = 0; time < 2; time++) {
    const node = await trial.busiest();
    const leases = await trial.leasesOf(node.pid);
    await node.kill();
    const takenMs = await trial.takenOver(leases, TAKEOVER_MS);
    trial.say(`${leases.length} leases of ${node.name} taken over after ${takenMs} ms`);
    await node.start(program(node.name));
    await trial.load(1000);
  }
  await trial.end();
});

function tokens(leases: Awaited<ReturnType<typeof readLeases>>) {
  return leases.map(({ subscription, shard, owner, token }) => ({ subscription, shard, owner, token }));
}
