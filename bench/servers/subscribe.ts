import { stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { PlinthError } from "@plinth/ports";
import { Schedule } from "../schedule.ts";
import { percentile } from "../statistics.ts";
import { deposit, type Roles, start, visible } from "./accounts.ts";
import { otherReader, type Read } from "./nodes.ts";
import { options } from "./options.ts";

/** Deposits that are sent when they are due. */
export interface SubscribeOptions {
  readonly store: string;
  /** What each node does where another one reads than the one that writes. */
  readonly nodes?: { readonly writer: Roles; readonly reader: Roles };
  readonly perSecond: number;
  readonly seconds: number;
  readonly accounts: number;
}

/** Milliseconds from the answer to a command until a reader who asks for its position gets the row. */
export interface SubscribeResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Commands that were refused because too many were under way, and rows that did not come in time. */
  readonly errors: number;
}

const WARM_UP_S = 3;
/** Longest wait for a row, in milliseconds. */
const ROW_MS = 10_000;

const { store, nodes, perSecond, seconds, accounts } = options<SubscribeOptions>();
const running = await start(store, nodes ? { roles: nodes.writer } : {});
const ownRead: Read = (id, position) => visible(running, id, position, ROW_MS);
const reader = nodes ? await otherReader({ store, roles: nodes.reader, deadlineMs: ROW_MS }) : null;
const read = reader?.read ?? ownRead;
const latencies: number[] = [];
const underWay = new Set<Promise<void>>();
let [count, errors] = [0, 0];

async function depositAndRead(isMeasured: boolean): Promise<void> {
  const { id, position } = await deposit(running, count++ % accounts);
  const committedMs = performance.now();
  await read(id, position);
  if (isMeasured) latencies.push(performance.now() - committedMs);
}

function failed(error: unknown): void {
  if (!(error instanceof PlinthError)) throw error;
  errors += 1;
}

/** The commands that are due, whether those before were answered or not. */
async function follow(schedule: Schedule, isMeasured: boolean): Promise<void> {
  while (!schedule.isOver) {
    while (schedule.take(performance.now()) !== null) {
      const one = depositAndRead(isMeasured)
        .catch(failed)
        .finally(() => underWay.delete(one));
      underWay.add(one);
    }
    await sleep(1);
  }
}

await follow(new Schedule(performance.now(), perSecond, WARM_UP_S), false);
const beganMs = performance.now();
await follow(new Schedule(beganMs, perSecond, seconds), true);
await Promise.all(underWay);
/** Where no row came in time at all, the wait was the longest. */
const waits = latencies.length > 0 ? latencies : [ROW_MS];
const found: SubscribeResult = {
  perSecond: (latencies.length / (performance.now() - beganMs)) * 1000,
  p50: percentile(waits, 50),
  p99: percentile(waits, 99),
  errors,
};
stdout.write(JSON.stringify(found));
await reader?.stop();
await running.stop();
