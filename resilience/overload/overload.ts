import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type Served, served } from "../served.ts";
import type { Load, Outcome } from "./load.ts";
import { slowClients } from "./slow.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How much more is offered than can be served. */
const TIMES = 10;
/** What the service may need of memory, whatever is asked of it. */
const MEMORY_MAX_MIB = 512;
/** The longest that one of a hundred accepted requests may take. */
const P99_MAX_MS = 100;
/** And while it learns how much it can do. */
const FIRST_P99_MAX_MS = 1000;
/** How soon everything must be as before. */
const NORMAL_WITHIN_MS = 5000;

/** How long and over how many connections it is overloaded, and to how many accounts it deposits. */
export interface Overload {
  readonly seconds: number;
  readonly connections: number;
  readonly accounts: number;
  /** How often it is tried whether times are kept: what else runs on the machine may be in the way. */
  readonly attempts: number;
}

/** Offers a service ten times what it can serve, and holds it to its promises meanwhile and afterwards. */
export async function overload(t: TestContext, options: Overload): Promise<void> {
  const { seconds, connections, accounts, attempts } = options;
  console.log(`${seconds} s, ${connections} connections, ${accounts} accounts, at most ${attempts} attempts`);
  const folder = await mkdtemp(join(tmpdir(), "plinth-overload-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const service = await served(
    root,
    `plinth serve resilience/overload/service.ts --port 0 --store sqlite:${folder}/app.db`,
  );
  t.after(() => service.kill().catch(() => {}));
  for (const pid of [process.pid, service.pid]) t.after(prefer(pid));
  await openAccounts(service.url, accounts);
  const offers: Offers = { service, accounts, deposits: accounts };
  const watch = watchMemory(service);
  t.after(() => watch.stop());
  let isInTime = false;
  for (let attempt = 1; attempt <= attempts && !isInTime; attempt++)
    isInTime = await overloadOnce(t, offers, seconds, connections);
  const peakMiB = watch.stop();
  console.log(`memory: ${peakMiB} MiB at most, ${memoryMiB(service)} afterwards`);
  assert.ok(isInTime, "accepted requests are answered in time, and everything is normal soon afterwards");
  assert.ok(peakMiB <= MEMORY_MAX_MIB, `${peakMiB} MiB`);
  assert.equal(await deposited(service.url), offers.deposits, "what was acknowledged is there, and no more");
  assert.equal(await service.stop(), 0, service.printed());
}

/** A service, and how many deposits it has acknowledged so far. */
interface Offers {
  readonly service: Served;
  readonly accounts: number;
  deposits: number;
}

/** Resolves to whether times were kept. What must hold whatever the machine is doing is asserted. */
async function overloadOnce(
  t: TestContext,
  offers: Offers,
  seconds: number,
  connections: number,
): Promise<boolean> {
  const { url } = offers.service;
  await offer(offers, { seconds: 1, connections: 16, rate: null });
  const normal = await offer(offers, { seconds: 3, connections: 16, rate: null });
  tell("what can be served", normal, 3);
  const endSlow = slowClients(url);
  t.after(endSlow);
  const over = await offer(offers, { seconds, connections, rate: (TIMES * normal.accepted) / 3 });
  endSlow();
  tell(`${TIMES} times that`, over, seconds);
  const ms = await untilNormal(offers, normal.accepted / 12);
  assert.deepEqual(over.faults, [], "everything was answered, 200 or 503");
  assert.ok(over.shed > 0, "it was overloaded");
  const isOffered = over.unsent === 0;
  return isOffered && over.p99 <= P99_MAX_MS && over.firstP99 <= FIRST_P99_MAX_MS && ms <= NORMAL_WITHIN_MS;
}

/** One deposit into each, so that lists are as long as they will be. */
async function openAccounts(url: string, count: number): Promise<void> {
  const accounts = Array.from({ length: count }, (_, account) => account).values();
  const openNext = async () => {
    for (const account of accounts) await openAccount(url, account);
  };
  await Promise.all(Array.from({ length: 16 }, openNext));
}

async function openAccount(url: string, account: number): Promise<void> {
  const response = await fetch(`${url}/accounts/account-${account}/deposit`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"amount":1}',
  });
  assert.equal(response.status, 201);
  await response.arrayBuffer();
}

/** What all accounts hold. */
async function deposited(url: string): Promise<number> {
  let sum = 0;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const response: Response = await fetch(`${url}/accounts?limit=200${cursor && `&cursor=${cursor}`}`);
    assert.equal(response.status, 200);
    const page = (await response.json()) as Page;
    for (const { state } of page.items) sum += state.balance;
    cursor = page.next;
  }
  return sum;
}

interface Page {
  readonly items: readonly { readonly state: { readonly balance: number } }[];
  readonly next: string | null;
}

/** Offers a load from a process of its own. */
async function offer(offers: Offers, load: Omit<Load, "url" | "accounts">): Promise<Outcome> {
  const { service, accounts } = offers;
  const driver = fork(fileURLToPath(new URL("load.ts", import.meta.url)), { execArgv: [] });
  driver.send({ ...load, url: service.url, accounts } satisfies Load);
  const [outcome] = (await once(driver, "message")) as [Outcome];
  driver.kill();
  offers.deposits += outcome.accepted;
  return outcome;
}

/** Resolves when for a second everything is accepted, in time: to how long that took, in milliseconds. */
async function untilNormal(offers: Offers, rate: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const ms = performance.now() - start;
    const calm = await offer(offers, { seconds: 1, connections: 16, rate });
    const slowest = Math.max(calm.p99, calm.firstP99);
    console.log(`afterwards, from ${Math.round(ms)} ms on: p99 ${slowest.toFixed(1)} ms, ${calm.shed} shed`);
    const isNormal = calm.accepted === calm.offered && slowest <= P99_MAX_MS;
    if (isNormal || ms > NORMAL_WITHIN_MS) return ms;
  }
}

/**
 * Puts a process before the others of the machine, where the user may, so that times are those of the service. Linux shares
 * its cores between sessions first (autogroup, sched(7)). Returns how to undo it.
 */
function prefer(pid: number): () => void {
  const file = `/proc/${pid}/autogroup`;
  try {
    writeFileSync(file, "-19");
  } catch (error) {
    console.log(`Process ${pid} is not preferred to others: ${(error as Error).message}`);
    return () => {};
  }
  return () => {
    if (existsSync(file)) writeFileSync(file, "0");
  };
}

function memoryMiB({ pid }: Served): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024);
}

function watchMemory(service: Served): { stop(): number } {
  let mostMiB = 0;
  const look = () => {
    mostMiB = Math.max(mostMiB, memoryMiB(service));
  };
  const timer = setInterval(look, 100);
  return {
    stop() {
      clearInterval(timer);
      return mostMiB;
    },
  };
}

function tell(what: string, outcome: Outcome, seconds: number): void {
  const { offered, accepted, shed, unsent, faults, p50, p99, firstP99, shedP99 } = outcome;
  const [rate, served] = [offered, accepted].map((count) => Math.round(count / seconds));
  const times = [p50, p99, firstP99, shedP99].map((ms) => ms.toFixed(1));
  console.log(
    `${what}: ${rate}/s offered, ${served}/s accepted (p50 ${times[0]} ms, p99 ${times[1]} ms, at first ${times[2]} ms), ` +
      `${shed} shed (p99 ${times[3]} ms), ${unsent} not sent, faults: ${faults.join(", ") || "none"}`,
  );
}
