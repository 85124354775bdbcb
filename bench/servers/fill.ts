import { hash, randomUUID } from "node:crypto";
import { stderr } from "node:process";
import { anonymous, DEFAULT_TENANT } from "@plinth/model";
import type { Commit, Store } from "@plinth/ports";
import { sqliteStore } from "@plinth/sqlite";
import { start, visible } from "./accounts.ts";
import { options } from "./options.ts";

/**
 * Fills the log with deposits into any of the accounts, with all that Plinth would have written: the commits go through
 * the store as the runtime makes them, and the view is then built by the runtime itself.
 */
export interface FillOptions {
  readonly file: string;
  readonly events: number;
  readonly accounts: number;
}

const BATCH = 2000;
/** Batches on their way at once. */
const IN_FLIGHT = 3;
const PROGRESS_MS = 10_000;
/** Longest time that the view may take to follow. */
const VIEW_MS = 1_800_000;
const AMOUNT = 5;

const input = { amount: AMOUNT, note: "lunch" };
const event = { type: "account.deposited", data: JSON.stringify(input) };

const { file, events, accounts } = options<FillOptions>();
const clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms: number, call: () => void) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Of each account so far: an empty one has version 0. */
const versions = new Uint32Array(accounts);
let count = 0;

/** The first run of the service makes its tables; the last builds the view. */
async function runOnce(): Promise<void> {
  const running = await start(`sqlite:${file}`);
  if (count > 0) await visible(running, `a${versions.findIndex((version) => version > 0)}`, count, VIEW_MS);
  await running.stop();
}

async function resume({ log }: Store): Promise<void> {
  count = await log.head();
  if (count === 0) return;
  for (let account = 0; account < accounts; account++)
    versions[account] = await log.version(streamOf(account));
}

function streamOf(account: number) {
  return { tenant: DEFAULT_TENANT, entity: "account", id: `a${account}` };
}

function commit(account: number): Commit {
  const stream = streamOf(account);
  const expectedVersion = versions[account]!;
  const version = expectedVersion + 1;
  versions[account] = version;
  const asked = `account.deposit\0${stream.id}\0${JSON.stringify(input)}`;
  return {
    stream,
    expectedVersion,
    events: [event],
    state: JSON.stringify({ balance: AMOUNT * version, closed: false }),
    command: {
      id: JSON.stringify([DEFAULT_TENANT, anonymous.id, randomUUID()]),
      fingerprint: hash("sha256", asked, "base64url"),
      refusal: null,
    },
    unique: [],
    conditions: [],
    at: new Date().toISOString(),
    actor: anonymous.id,
    trace: null,
  };
}

async function append({ log }: Store): Promise<void> {
  while (count < events) {
    const size = Math.min(BATCH, events - count);
    count += size;
    const batch = Array.from({ length: size }, () => commit(Math.floor(Math.random() * accounts)));
    const refused = (await log.append(batch)).find(({ kind }) => kind !== "accepted");
    if (refused) throw new Error(`A deposit was not accepted: ${refused.kind}.`);
  }
}

function tell(): void {
  stderr.write(`  filling: ${count.toLocaleString("en")} of ${events.toLocaleString("en")} events\n`);
}

await runOnce();
const store = await sqliteStore({ path: file, clock });
await resume(store);
const progress = setInterval(tell, PROGRESS_MS);
await Promise.all(Array.from({ length: IN_FLIGHT }, () => append(store)));
clearInterval(progress);
await store.close();
stderr.write("  building the view\n");
await runOnce();
