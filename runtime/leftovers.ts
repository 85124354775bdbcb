import type { Logger, Store, TableName } from "@plinth/ports";
import { isOutage } from "./outage.ts";
import { subscriptionOf, tableOf } from "./projection.ts";

/**
 * Removes what there is of a view's builds that are not on the list any more: rows, then checkpoints. By those they are
 * found, so that what a process leaves that dies in between is removed by the next one. `gone`: builds that may have no
 * checkpoint yet.
 */
export async function removeLeftovers(
  store: Store,
  logger: Logger,
  view: string,
  gone: readonly TableName[] = [],
): Promise<void> {
  // Looked up in this order: a build is on the list before it has a checkpoint.
  const names = new Set((await store.subscriptions.list()).map(({ subscription }) => subscription));
  const listed = new Set((await store.generations.list()).map(subscriptionOf));
  const followed = [...names].flatMap((name) => tableOf(name) ?? []).filter((table) => table.view === view);
  const tables = new Map([...gone, ...followed].map((table) => [subscriptionOf(table), table]));
  for (const [name, table] of tables) if (!listed.has(name)) await remove(store, logger, table);
}

async function remove(store: Store, logger: Logger, { view, generation }: TableName): Promise<void> {
  await store.rows.drop({ view, generation }).catch((error: Error) => {
    if (!isOutage(error)) throw error;
    logger.warn("An old build can't be removed: what is left of it is read by nobody.", { view, generation });
  });
  await store.subscriptions.remove(subscriptionOf({ view, generation }));
}
