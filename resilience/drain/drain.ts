import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { seededRandom } from "@plinth/testing";
import { type Served, served } from "../served.ts";
import { CLIENTS, type Field } from "./clients.ts";
import { Record } from "./record.ts";
import { Stream } from "./stream.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The longest that a stop may take. */
const DRAIN_MS = 15_000;
/** Of so many stops one may reset a heedless client: the kernel may just be connecting it when the port is closed. */
const STOPS_A_RESET = 5;
/** How long clients work before the service is told to stop. */
const LOAD_MS = { min: 250, span: 500 };

/** How often a service is stopped, and what chance begins from. */
export interface Drains {
  readonly stops: number;
  readonly seed: number;
}

/** Stops a service under load, again and again, on one store, and holds it to what its clients saw. */
export async function drainAgainAndAgain(t: TestContext, { stops, seed }: Drains): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-drain-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const command = `plinth serve examples/accounts --port 0 --store sqlite:${folder}/app.db`;
  const random = seededRandom(seed);
  const record = new Record();
  const streams = [
    new Stream("/accounts", (data) => JSON.parse(data).id),
    new Stream("/balances", (data) => JSON.parse(data).key),
  ];
  const resetsMax = Math.ceil(stops / STOPS_A_RESET);
  const times: number[] = [];
  console.log(`${stops} stops, seed ${seed}`);
  for (let stop = 1; stop <= stops + 1; stop++) {
    const service = await served(root, command, { PLINTH_DRAIN_MS: String(DRAIN_MS) });
    t.after(() => service.kill().catch(() => {}));
    for (const stream of streams) await stream.open(service.url);
    await verify(record, streams);
    if (stop <= stops) times.push(await stopUnderLoad(service, record, () => random.next(), stop));
    else assert.equal(await service.stop(), 0);
    await Promise.all(streams.map((stream) => stream.ended()));
    assert.ok(record.reset.size <= resetsMax, `${record.reset.size} heedless clients were reset`);
    if (stop % 5 === 0 || stop > stops) console.log(report(record, times));
  }
}

/** Resolves to how long it took. Every client has its answers by then. */
async function stopUnderLoad(
  service: Served,
  record: Record,
  random: () => number,
  stop: number,
): Promise<number> {
  const told = Promise.withResolvers<void>();
  let accounts = 0;
  const account = () => `${stop}-${accounts++}`;
  const field: Field = { url: service.url, record, random, account, stopping: told.promise };
  const working = CLIENTS.flatMap(([client, count]) => Array.from({ length: count }, () => client(field)));
  await sleep(LOAD_MS.min + LOAD_MS.span * random());
  const start = performance.now();
  told.resolve();
  const code = await service.stop();
  const ms = performance.now() - start;
  assert.equal(code, 0, service.printed());
  assert.ok(ms < DRAIN_MS, `it stopped in ${Math.round(ms)} ms`);
  await Promise.all(working);
  return ms;
}

/** All that was acknowledged comes once on every stream, what was refused on none. */
async function verify(record: Record, streams: readonly Stream[]): Promise<void> {
  const last = Math.max(0, ...record.acknowledged.values());
  for (const stream of streams) {
    await stream.reach(last);
    record.check(stream.seen);
  }
}

function report({ acknowledged, refused, untaken, reset, faults }: Record, times: readonly number[]): string {
  const sorted = times.map(Math.round).sort((one, other) => one - other);
  const counts = `${acknowledged.size} acknowledged, ${refused.size} refused, ${untaken.size} not taken (${reset.size} by a reset)`;
  return `${times.length} stops, ${sorted[0]} to ${sorted.at(-1)} ms: ${counts}, ${faults.length} faults`;
}
