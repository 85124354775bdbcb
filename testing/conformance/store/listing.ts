import { cases, type StoreCase, type Trial } from "./case.ts";
import { filtering } from "./filtering.ts";
import { type List, type ListRuns, RowList, StateList } from "./list.ts";
import { paging } from "./paging.ts";
import { sorting } from "./sorting.ts";

type ListOf = (trial: Trial) => List;

function listCases(about: string, runs: ListRuns, listOf: ListOf): readonly StoreCase[] {
  const tried = Object.entries(runs).map(([name, run]): [string, StoreCase["run"]] => [
    name,
    async (trial) => {
      const list = listOf(trial);
      await list.prepare();
      await run(list);
    },
  ]);
  return cases(about, Object.fromEntries(tried));
}

function listingCases(about: string, listOf: ListOf): readonly StoreCase[] {
  return [
    ...listCases(`${about}, filtered`, filtering, listOf),
    ...listCases(`${about}, sorted`, sorting, listOf),
    ...listCases(`${about}, page by page`, paging, listOf),
  ];
}

/** Stored states and rows are listed by the same rules. */
export const listingStates = listingCases("stored states", ({ store }) => new StateList(store));
export const listingRows = listingCases("rows", ({ store }) => new RowList(store));
