import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Served } from "../served.ts";
import { ANSWER_MAX_MS, Ledger } from "./ledger.ts";
import { complaints, end as endService, serveAccounts, until } from "./service.ts";

/** How long each fault lasts, in seconds. */
export const FAULT_S = Number(process.env.FAULT_SECONDS ?? 4);
/** Two seconds is what is promised; clients and the service share few cores. */
const NOTICED_MS = 3000;
/** Back within a few seconds after the cause is gone. */
const RECOVERED_MS = 6000;

/** A folder to serve from, and how to do away with it. */
export interface Place {
  readonly folder: string;
  remove(): void;
}

export interface Scene<In extends Place = Place> {
  readonly place: In;
  readonly service: Served;
  readonly ledger: Ledger;
  /** The database file and its write-ahead log. */
  readonly files: readonly string[];
}

/** A service in a place, under load, with some hundred deposits behind it. */
export async function scene<In extends Place>(t: TestContext, place: In): Promise<Scene<In>> {
  let undo = async () => {};
  t.after(async () => {
    await undo();
    place.remove();
  });
  const service = await serveAccounts(place.folder);
  const ledger = new Ledger(service.url);
  undo = async () => {
    ledger.abandon();
    await endService(service);
  };
  ledger.start();
  await ledger.more(300);
  const files = ["app.db", "app.db-wal"].map((name) => join(place.folder, name));
  return { place, service, ledger, files };
}

export interface Fault<In extends Place = Place> {
  begin(scene: Scene<In>): Promise<void> | void;
  end(scene: Scene<In>): Promise<void> | void;
  /** What readiness, clients and the log are told of it. */
  readonly words: RegExp;
  /** How long it lasts, in milliseconds. */
  readonly lastsMs?: number;
  /** How many times as long may be needed where much else is going on. */
  readonly slack?: number;
  /** Most lines of the log until it is over: a fault may show itself in two ways. */
  readonly linesMax?: number;
}

/** Goes through a fault, from its beginning to the time after it, with all that is promised. */
export async function suffer<In extends Place>(t: TestContext, place: In, fault: Fault<In>) {
  const { begin, end, words, lastsMs = FAULT_S * 1000, slack = 1, linesMax = 1 } = fault;
  const now = await scene(t, place);
  const { service, ledger } = now;
  await begin(now);
  const noticed = await until(service.url, 503, NOTICED_MS * slack);
  console.log(`${t.name}: noticed after ${noticed.ms} ms: ${noticed.reasons}`);
  const reads = new Map(ledger.reads);
  await wait(lastsMs);
  assert.match((await until(service.url, 503, 0)).reasons.join(), words, "it is still told");
  const more = [...ledger.reads].map(([read, count]) => [read, count - (reads.get(read) ?? 0)] as const);
  const faulty = { refusals: ledger.refusals, reads: new Map(more.filter(([, count]) => count > 0)) };
  await end(now);
  const recovered = await until(service.url, 200, RECOVERED_MS * slack);
  console.log(`${t.name}: ready again after ${recovered.ms} ms, ${faulty.refusals} refused meanwhile`);
  await ledger.more(200);
  await ledger.stop();
  await ledger.audit();
  for (const detail of ledger.refused.keys()) assert.match(detail, words);
  assert.ok(ledger.slowestMs < ANSWER_MAX_MS, `an answer took ${ledger.slowestMs} ms`);
  checkLog(service, words, linesMax);
  assert.equal(await service.stop(), 0);
  return { ...now, faulty };
}

/** A line or two that say what is wrong, one when it is over, and none beside. */
function checkLog(service: Served, words: RegExp, linesMax: number): void {
  const lines = complaints(service);
  const errors = lines.filter(({ level }) => level === "error");
  assert.ok(errors.length >= 1 && errors.length <= linesMax, JSON.stringify(lines));
  for (const { message, error } of errors) assert.match(`${message} ${error}`, words);
  assert.match(lines.at(-1)!.message, /can be used again/);
  assert.equal(lines.length, errors.length + 1, JSON.stringify(lines));
}

/** Whoever reads finds what is there, as if nothing were. */
export function readsGoOn({ faulty }: { faulty: { reads: ReadonlyMap<string, number> } }): void {
  assert.deepEqual([...faulty.reads.keys()].sort(), ["accounts 200", "balances 200", "list 200"]);
}
