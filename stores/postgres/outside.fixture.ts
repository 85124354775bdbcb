import type { Store } from "@plinth/ports";
import { postgresStore } from "./index.ts";
import { clock } from "./samples.fixture.ts";

/** How a process of its own opens a store in the conformance suite. */
export default (url: string): Promise<Store> => postgresStore({ url, clock });
