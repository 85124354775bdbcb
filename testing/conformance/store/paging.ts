import assert from "node:assert/strict";
import type { Filter, ListQuery } from "@plinth/ports";
import { by, type Fields, type List, type ListRuns, query, type Sort } from "./list.ts";

/** Every key, page by page. `between` is called after each page but the last. */
async function pageThrough(
  list: List,
  { sort, limit }: Pick<ListQuery, "sort" | "limit">,
  between: () => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let after: ListQuery["after"] = null; ; await between()) {
    const page = await list.page(query({ sort, limit, after }));
    assert.ok(page.length <= limit, `a page of ${page.length}, limit ${limit}`);
    keys.push(...page.map(({ key }) => key));
    assert.ok(keys.length < 1000, "the pages come to an end");
    if (page.length < limit) return keys;
    const last = page.at(-1)!;
    const fields = JSON.parse(last.json) as Fields;
    after = { values: sort.map(({ field }) => fields[field] ?? null), key: last.key };
  }
}

/** Numbered items with many ties and nulls. */
function tied(count: number): Record<string, Fields> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `k${String(at).padStart(3, "0")}`,
      { n: at % 4 === 0 ? null : at % 5, t: at % 3 === 0 ? null : `t${at % 2}`, b: at % 2 === 0 },
    ]),
  );
}

const ORDERS: readonly Sort[] = [
  by(),
  by("n"),
  by("-n"),
  by("t", "-n"),
  by("-t", "n"),
  by("b", "-t"),
  by("-b", "-n", "t"),
];

export const paging: ListRuns = {
  "are all found once, whatever the order and the limit": async (list) => {
    await list.put(tied(40));
    for (const sort of ORDERS) {
      const whole = await list.keys(query({ sort }));
      assert.equal(new Set(whole).size, 40);
      for (const limit of [1, 3, 7, 40])
        assert.deepEqual(await pageThrough(list, { sort, limit }), whole, JSON.stringify({ sort, limit }));
    }
  },

  "go on where the last item was, though it is gone": async (list) => {
    await list.put({ a: { n: 1 }, b: { n: 2 }, d: { n: 3 }, e: { n: 3 } });
    const after = { values: [3], key: "c" };
    assert.deepEqual(await list.keys(query({ sort: by("n"), after })), ["d", "e"]);
    assert.deepEqual(await list.keys(query({ sort: by("-n"), after })), ["d", "e", "b", "a"]);
  },

  "repeat none and miss none that stays, while others are written": async (list) => {
    for (const sort of ORDERS) {
      const staying = tied(30);
      await list.put(staying);
      let round = 0;
      const disturb = async () => {
        round++;
        const low = { n: null, t: null, b: false };
        const high = { n: 9, t: "z", b: true };
        await list.put({
          [`a${round}`]: low,
          [`k01${round}x`]: high,
          [`z${round}`]: round % 2 ? low : high,
          k007: { ...staying.k007, g: `round ${round}` },
        });
      };
      const found = await pageThrough(list, { sort, limit: 4 }, disturb);
      assert.equal(new Set(found).size, found.length, "an item came twice");
      const missed = Object.keys(staying).filter((key) => !found.includes(key));
      assert.deepEqual(missed, [], JSON.stringify(sort));
    }
  },

  "pass a filter on every page": async (list) => {
    await list.put(tied(30));
    const filters: Filter[] = [{ field: "b", op: "eq", value: true }];
    const first = await list.page(query({ filters, limit: 10 }));
    const second = await list.page(
      query({ filters, limit: 10, after: { values: [], key: first.at(-1)!.key } }),
    );
    assert.deepEqual(
      [...first, ...second].map(({ json }) => (JSON.parse(json) as Fields).b),
      Array(15).fill(true),
    );
  },
};
