import type { View } from "@plinth/model";
import { type Generation, PlinthError, type Store, type TableName } from "@plinth/ports";
import { type Comparison, compare } from "./comparison.ts";
import { fieldsOf } from "./fingerprint.ts";
import { removeLeftovers } from "./leftovers.ts";
import { isOutage } from "./outage.ts";
import { subscriptionOf } from "./projection.ts";
import { type Subscription, type SubscriptionParts, Tenancy } from "./subscription.ts";
import { sleep } from "./wait.ts";

/** What is known of one view. */
export interface ViewState {
  readonly view: View;
  readonly fingerprint: string;
  generations: readonly Generation[];
  /** The table that answers reads; null before the first build has begun. */
  live: TableName | null;
  readonly running: Map<number, Subscription>;
}

/** What is to be built. */
export interface BuildOptions {
  /** True: a new generation in any case. False: one that was begun is finished. */
  readonly anew: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: ((reached: number, head: number) => void) | undefined;
}

/** How often it is looked at how far a build has come, in milliseconds. */
const LOOK_MS = 50;

/** In every so many looks, it is looked whether the log can be read on: as much of it as subscriptions read at a time. */
const READ_LOOKS = 20;
const PAGE = 1000;

const NOTHING: Comparison = { same: 0, changed: 0, unsettled: 0, added: 0, removed: 0, samples: [] };

/**
 * Builds a view beside the one that is read, compares both, and switches. One process at a time does it for a view;
 * the rows themselves are written by whichever process holds the leases of the new generation's shards.
 * @throws PlinthError `unavailable` where another process is at it.
 */
export async function build(
  refresh: () => Promise<void>,
  store: Store,
  parts: SubscriptionParts,
  state: ViewState,
  options: BuildOptions,
): Promise<Comparison> {
  const tenancy = await takeTurn(parts, state, options);
  try {
    await refresh();
    const live = state.generations.find(({ status }) => status === "live");
    const fresh = await begin(store, state, options.anew);
    if (!live) {
      await store.generations.activate(fresh);
      await refresh();
      return NOTHING;
    }
    await refresh();
    for (let round = 0; round < 2; round++) await catchUp(store, parts, state, fresh, options, tenancy);
    const comparison = await compareWithRead(store, parts, live, fresh);
    await switchTo(refresh, store, parts, state, fresh, comparison ? null : live);
    return comparison ?? NOTHING;
  } finally {
    await tenancy.end();
  }
}

/** A build that nobody asked for waits until the process that is at it has finished, or is gone. */
async function takeTurn(
  parts: SubscriptionParts,
  { view }: ViewState,
  options: BuildOptions,
): Promise<Tenancy> {
  for (;;) {
    const checkpoint = await parts.subscriptions.acquire(`build:${view.name}`, 0, parts.owner, parts.leaseMs);
    if (checkpoint) return new Tenancy(parts, checkpoint.lease, options.signal);
    if (options.anew)
      throw new PlinthError("unavailable", `The view "${view.name}" is being built by another process.`);
    await sleep(parts.clock, parts.leaseMs / 3, options.signal);
    checkNotStopped(options.signal);
  }
}

async function begin(
  store: Store,
  { view, fingerprint, generations }: ViewState,
  anew: boolean,
): Promise<Generation> {
  const begun = generations.find(
    (one) => one.fingerprint === fingerprint && (one.status === "building" || !anew),
  );
  const fresh = begun ?? (await store.generations.add(view.name, fingerprint));
  await store.rows.create(fresh, fieldsOf(view));
  return fresh;
}

/**
 * Resolves when the new build has reached what was the end of the log at the beginning, then once more: what was
 * written meanwhile is little, and reads that must see it wait for it.
 */
async function catchUp(
  store: Store,
  parts: SubscriptionParts,
  { view }: ViewState,
  fresh: TableName,
  options: BuildOptions,
  tenancy: Tenancy,
): Promise<void> {
  const target = await store.log.head();
  for (let looks = 0; ; looks++) {
    checkNotStopped(options.signal);
    if (tenancy.over.aborted)
      throw new PlinthError("unavailable", "Another process has taken over the build.");
    const reached = await parts.progress.reached(subscriptionOf(fresh), view.shards);
    options.onProgress?.(reached, target);
    if (reached >= target) return;
    // Who asked for it must hear where the log can't be read; a build that nobody asked for waits until it can.
    if (options.anew && looks % READ_LOOKS === 0) await store.log.read({ after: reached, limit: PAGE });
    await parts.progress.waitBeyond(subscriptionOf(fresh), view.shards, target - 1, LOOK_MS);
  }
}

/** Null where the build that is read is damaged: that is what a rebuild is for, and nothing to switch back to. */
async function compareWithRead(
  store: Store,
  { logger }: SubscriptionParts,
  live: TableName,
  fresh: TableName,
): Promise<Comparison | null> {
  try {
    return await compare(store.rows, live, fresh);
  } catch (error) {
    if (!isOutage(error)) throw error;
    const { view, generation } = live;
    logger.warn("The old build can't be read, so it is neither compared nor kept.", { view, generation });
    return null;
  }
}

/**
 * Switches, then removes what is no longer switched back to, builds that were begun before and given up, and the one that
 * is given up now.
 */
async function switchTo(
  refresh: () => Promise<void>,
  store: Store,
  { logger }: SubscriptionParts,
  { view }: ViewState,
  fresh: TableName,
  givenUp: TableName | null,
): Promise<void> {
  const before = (await store.generations.list()).filter((one) => one.view === view.name);
  await store.generations.activate(fresh);
  if (givenUp) await store.generations.remove(givenUp);
  for (const one of before)
    if (one.status === "building" && one.generation < fresh.generation) await store.generations.remove(one);
  await refresh();
  await removeLeftovers(store, logger, view.name, before);
}

function checkNotStopped(signal: AbortSignal): void {
  if (signal.aborted)
    throw new PlinthError("unavailable", "The build was given up; it goes on at the next start.");
}
