import type { Clock } from "./clock.ts";

/** What every store is made with, beside what is its own. */
export interface StoreOptions {
  /** What leases run by, unless the store has a clock of its own. */
  readonly clock: Clock;
  /** Where an empty log begins, 1 by default: for a store that continues an archive, and for tests. */
  readonly firstPosition?: number;
  /** For whoever copies: opens also a store that holds an unfinished copy. */
  readonly copying?: boolean;
}
