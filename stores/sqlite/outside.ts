import type { Store } from "@plinth/ports";
import { sqliteStore } from "./index.ts";
import { clock } from "./samples.ts";

/** How a process of its own opens a store in the conformance suite. */
export default (path: string): Promise<Store> => sqliteStore({ path, clock });
