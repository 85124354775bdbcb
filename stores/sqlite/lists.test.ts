import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { ListQuery } from "@plinth/ports";
import { type Documents, listQueries } from "./lists.ts";
import { deposit, freshPath, opened } from "./samples.ts";

const ACCOUNTS: Documents = { table: "state_account", json: "state", columns: "key, version, state" };

/** How SQLite goes about each query of a list, in its own words. */
function plansOf(file: DatabaseSync, query: Partial<ListQuery>): string[] {
  const whole: ListQuery = { filters: [], sort: [], after: null, limit: 50, ...query };
  return listQueries(ACCOUNTS, "main", whole).map(({ sql, values }) =>
    file
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values, 50)
      .map(({ detail }) => detail)
      .join("; "),
  );
}

test("every stretch of a page is one range of an index", async (t) => {
  const path = freshPath(t);
  const store = await opened(t, { path });
  await store.states.index("account", ["balance", "owner"]);
  await store.log.append(Array.from({ length: 500 }, (_, at) => deposit(`a${at}`, 0)));
  const file = new DatabaseSync(path, { readOnly: true });
  t.after(() => file.close());

  const byKey =
    /^SEARCH state_account USING INDEX sqlite_autoindex_state_account_1 \(tenant=\?( AND key>\?)?\)$/;
  const byBalance =
    /^SEARCH state_account USING INDEX state_account_by_balance \(tenant=\?( AND <expr>[<>=]\?)?( AND key>\?)?\)$/;
  const expect = (query: Partial<ListQuery>, plan: RegExp) => {
    for (const found of plansOf(file, query)) assert.match(found, plan);
  };
  const ascending = [{ field: "balance", descending: false }];
  expect({}, byKey);
  expect({ after: { values: [], key: "a7" } }, byKey);
  expect({ sort: ascending }, byBalance);
  expect({ sort: ascending, after: { values: [5], key: "a7" } }, byBalance);
  expect({ sort: ascending, after: { values: [null], key: "a7" } }, byBalance);
  expect({ filters: [{ field: "balance", op: "gte", value: 5 }], sort: ascending }, byBalance);
  expect({ filters: [{ field: "balance", op: "eq", value: 5 }] }, byBalance);

  const descending = [{ field: "balance", descending: true }];
  const keysSorted =
    /^SEARCH state_account USING INDEX state_account_by_balance \(.*\)(; USE TEMP B-TREE FOR LAST TERM OF ORDER BY)?$/;
  expect({ sort: descending }, keysSorted);
  expect({ sort: descending, after: { values: [5], key: "a7" } }, keysSorted);
});
