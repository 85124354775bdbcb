import { describe, test } from "node:test";
import { appendCases } from "./store/append.ts";
import {
  type CreateStore,
  runStoreCase,
  type StoreCapabilities,
  type StoreCase,
  whyNot,
} from "./store/case.ts";
import { commandCases } from "./store/commands.ts";
import { conditionCases } from "./store/conditions.ts";
import { contentionCases } from "./store/contention.ts";
import { crashCases } from "./store/crash.ts";
import { generationCases } from "./store/generations.ts";
import { historyCases } from "./store/history.ts";
import { lifecycleCases } from "./store/lifecycle.ts";
import { listingRows, listingStates } from "./store/listing.ts";
import { parkCases } from "./store/parks.ts";
import { readingCases } from "./store/reading.ts";
import { revisionCases } from "./store/revision.ts";
import { rowCases } from "./store/rows.ts";
import { stateCases } from "./store/states.ts";
import { leaseCases } from "./store/subscriptions.ts";
import { textCases } from "./store/text.ts";
import { transferCases } from "./store/transfer.ts";
import { unfinishedCases } from "./store/unfinished.ts";
import { uniqueCases } from "./store/unique.ts";

/** Every case that every store must pass, as data: a name and a function. */
export const storeCases: readonly StoreCase[] = [
  ...appendCases,
  ...commandCases,
  ...conditionCases,
  ...uniqueCases,
  ...readingCases,
  ...contentionCases,
  ...textCases,
  ...stateCases,
  ...listingStates,
  ...rowCases,
  ...listingRows,
  ...generationCases,
  ...leaseCases,
  ...parkCases,
  ...historyCases,
  ...lifecycleCases,
  ...revisionCases,
  ...transferCases,
  ...unfinishedCases,
  ...crashCases,
];

/**
 * Declares the tests (`node:test`) that prove a store. `createStore` makes a fresh, empty one for each; what a
 * store can't do is said in `capabilities`, in words that become the reason of the skipped tests.
 */
export function storeConformance(createStore: CreateStore, capabilities: StoreCapabilities): void {
  for (const [about, cases] of Map.groupBy(storeCases, (one) => one.about))
    describe(about, { concurrency: 4 }, () => {
      for (const one of cases)
        test(one.name, { skip: whyNot(one, capabilities) ?? false }, () => runStoreCase(one, createStore));
    });
}
