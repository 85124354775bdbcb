import type { Store, StoreOptions } from "@plinth/ports";
import { type SimulatedClock, simulatedClock } from "../../clock.ts";

/** A fresh, empty store for one case, and what can be done with its data from outside. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Opens the same data again: needed for `durable` (after `store` was closed) and `shared` (beside it). */
  readonly reopen?: (more?: Pick<StoreOptions, "copying">) => Promise<Store>;
  /** How another process opens the same data: needed for `crash`. */
  readonly outside?: Outside;
  /** Where a backup of this store may be written, and how it is opened: needed for `backup`. */
  readonly copy?: { readonly path: string; readonly open: () => Promise<Store> };
  /** Removes the data, after the suite has closed every store that was opened on it. */
  readonly remove?: () => Promise<void>;
}

/** A module whose default export is `(location: string) => Promise<Store>`, and what to call it with. */
export interface Outside {
  readonly module: URL;
  readonly location: string;
}

/** Makes a store for one case. Many may be in use at once. */
export type CreateStore = (options: StoreOptions) => Promise<StoreUnderTest>;

/** True where the store can do it, or the reason why it can't, in words. */
export type Capability = true | string;

/** What not every store can do. */
export interface StoreCapabilities {
  /** What was acknowledged is there after the store was closed and opened again. */
  readonly durable: Capability;
  /** Two stores may be open on the same data at once, as of two processes. */
  readonly shared: Capability;
  /** Leases run by the clock that the store is handed, not by one of its own. */
  readonly clock: Capability;
  /** What was acknowledged survives that the process is killed. */
  readonly crash: Capability;
  /** There is an online backup. */
  readonly backup: Capability;
  /** It tells whether anything has changed. */
  readonly revision: Capability;
}

/** What a case works with. */
export interface Trial {
  readonly store: Store;
  /** What the store was made with. */
  readonly clock: SimulatedClock;
  readonly underTest: StoreUnderTest;
  /** Opens the same data again, beside what is open. */
  open(more?: Pick<StoreOptions, "copying">): Promise<Store>;
  /** Makes another store of this kind, with the same clock. */
  another(firstPosition?: number): Promise<Store>;
}

/** One promise and how it is tried. */
export interface StoreCase {
  readonly about: string;
  readonly name: string;
  readonly needs: readonly (keyof StoreCapabilities)[];
  readonly firstPosition: number;
  readonly run: (trial: Trial) => Promise<void>;
}

/** What the cases of a group have in common. */
export interface CaseOptions {
  readonly needs?: readonly (keyof StoreCapabilities)[];
  readonly firstPosition?: number;
}

/** Cases about one thing: each promise in words, with the function that tries it. */
export function cases(
  about: string,
  runs: Readonly<Record<string, StoreCase["run"]>>,
  { needs = [], firstPosition = 1 }: CaseOptions = {},
): readonly StoreCase[] {
  return Object.entries(runs).map(([name, run]) => ({
    about,
    name,
    needs,
    firstPosition,
    run,
  }));
}

/** Why a store can't be asked to pass a case, or null. */
export function whyNot({ needs }: StoreCase, capabilities: StoreCapabilities): string | null {
  const missing = needs.map((need) => capabilities[need]).filter((capability) => capability !== true);
  return missing[0] ?? null;
}

/** Runs one case on a store of its own. */
export async function runStoreCase(one: StoreCase, createStore: CreateStore): Promise<void> {
  const clock = simulatedClock();
  const opened: Store[] = [];
  const made: StoreUnderTest[] = [];
  const make = async (firstPosition: number) => {
    const underTest = await createStore({ clock, firstPosition });
    made.push(underTest);
    opened.push(underTest.store);
    return underTest;
  };
  try {
    const underTest = await make(one.firstPosition);
    const open: Trial["open"] = async (more) => {
      if (!underTest.reopen) throw new Error("The store under test does not say how it is opened again.");
      const store = await underTest.reopen(more);
      opened.push(store);
      return store;
    };
    const another = async (firstPosition = 1) => (await make(firstPosition)).store;
    await one.run({ store: underTest.store, clock, underTest, open, another });
  } finally {
    for (const store of opened) await store.close();
    for (const { remove } of made) await remove?.();
  }
}

/** Lets everything else run. A loop that only reads must call it: a store may answer from memory, without I/O. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Looks again and again while something is going on: many times without a pause, to see also what lasts but a
 * moment, then again after all else had its turn.
 */
export async function whileTrue(isGoingOn: () => boolean, look: () => Promise<void>): Promise<void> {
  while (isGoingOn()) {
    for (let time = 0; time < 10; time++) await look();
    await giveWay();
  }
}
