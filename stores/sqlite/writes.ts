import { logWrites } from "./append.ts";
import { generationWrites } from "./generations.ts";
import { parkWrites } from "./parks.ts";
import { rowWrites } from "./rows.ts";
import { stateWrites } from "./states.ts";
import { subscriptionWrites } from "./subscriptions.ts";
import type { Transaction } from "./transaction.ts";
import { refuseUnfinished, transferWrites } from "./transferWrites.ts";

const PROVE =
  "INSERT INTO counters (name, value) VALUES ('checks', 1) ON CONFLICT DO UPDATE SET value = value + 1";

/** Everything that the writer does: operations on a transaction. Names are distinct across all of them. */
export const WRITES = {
  ...logWrites,
  ...stateWrites,
  ...rowWrites,
  ...generationWrites,
  ...subscriptionWrites,
  ...parkWrites,
  ...transferWrites,
  /** Proves that something can be written, by writing it. */
  prove: ({ database }: Transaction): void => void database.run(PROVE),
};

/**
 * Whether a copy that has begun may be written by this operation.
 * @throws PlinthError as `unfinishedCopy` says, for all but those of the copy.
 */
export function refuseWhileCopying(operation: string, transaction: Transaction): void {
  if (!(operation in transferWrites)) refuseUnfinished(transaction);
}
