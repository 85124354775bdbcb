import { stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { deposit, metric, start } from "./accounts.ts";
import { options } from "./options.ts";

/** Deposits without HTTP, so many under way at once, into accounts in turn or in any order. */
export interface EngineOptions {
  readonly store: string;
  readonly seconds: number;
  readonly inFlight: number;
  readonly accounts: number;
  readonly inTurn: boolean;
  readonly cacheBytesMax?: number;
}

/** What was done. */
export interface EngineResult {
  readonly perSecond: number;
  /** Resident memory of the process, under load. */
  readonly residentBytes: number;
  readonly cacheBytes: number;
}

const WARM_UP_MS = 3000;

const { store, seconds, inFlight, accounts, inTurn, cacheBytesMax } = options<EngineOptions>();
const running = await start(store, cacheBytesMax ? { limits: { cacheBytesMax } } : {});
let count = 0;
let end = Number.POSITIVE_INFINITY;

async function client(): Promise<void> {
  while (performance.now() < end) {
    count += 1;
    await deposit(running, inTurn ? count % accounts : Math.floor(Math.random() * accounts));
  }
}

const clients = Array.from({ length: inFlight }, client);
await sleep(WARM_UP_MS);
const [before, began] = [count, performance.now()];
end = began + 1000 * seconds;
await Promise.all(clients);
const perSecond = ((count - before) / (performance.now() - began)) * 1000;
const cacheBytes = metric(running, "plinth_entity_cache_bytes");
const residentBytes = process.memoryUsage.rss();
stdout.write(JSON.stringify({ perSecond, residentBytes, cacheBytes } satisfies EngineResult));
await running.stop();
