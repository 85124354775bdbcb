import type { Store } from "@plinth/ports";
import { Failure } from "./failure.ts";
import { openStore } from "./openStore.ts";
import type { StoreUrl } from "./storeUrl.ts";
import { systemClock } from "./system.ts";

/**
 * Opens a store that is there already, for as long as it is used.
 * @throws Failure where there is none.
 */
export async function withStore<Result>(
  url: StoreUrl,
  folder: string,
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  if (url.kind === "memory")
    throw new Failure(
      "memory: is gone with the process that has it. Name a store that is kept with --store.",
    );
  const store = await openStore(url, { clock: systemClock, folder, create: false });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
