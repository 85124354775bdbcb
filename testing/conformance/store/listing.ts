import assert from "node:assert/strict";
import type { FieldValue, Filter, Json, ListQuery, RowChange, Store } from "@plinth/ports";
import { cases, type StoreCase } from "./case.ts";
import { commitOf, MAIN, streamOf } from "./commits.ts";
import { BALANCES, rowOf } from "./rows.ts";

type Fields = Readonly<Record<string, FieldValue>>;
type Sort = ListQuery["sort"];

/** What can be listed: stored states or rows, filled and read alike. */
interface Listing {
  readonly fields: readonly string[];
  prepare(store: Store, fields: readonly string[]): Promise<void>;
  put(store: Store, items: Readonly<Record<string, Fields>>, tenant?: string): Promise<void>;
  list(store: Store, query: ListQuery, tenant?: string): Promise<readonly { key: string; json: Json }[]>;
}

const FIELDS = ["n", "t", "b", "g", "first-name", "order by", "a.b", "it's"];

const storedStates: Listing = {
  fields: FIELDS,
  prepare: ({ states }, fields) => states.index("account", fields),
  async put({ log }, items, tenant = MAIN) {
    for (const [id, fields] of Object.entries(items)) {
      const stream = streamOf(id, "account", tenant);
      const version = await log.version(stream);
      await log.append([commitOf(stream, version, { state: JSON.stringify(fields) })]);
    }
  },
  async list({ states }, query, tenant = MAIN) {
    const found = await states.list(tenant, "account", query);
    return found.map(({ id, state }) => ({ key: id, json: state }));
  },
};

const viewRows: Listing = {
  fields: FIELDS,
  prepare: ({ rows }, fields) => rows.create(BALANCES, fields),
  async put({ rows, subscriptions }, items, tenant = MAIN) {
    const changes: RowChange[] = Object.entries(items).map(([key, fields]) => rowOf(key, fields, 1, tenant));
    const lease = (await subscriptions.acquire("balances", 0, "node-a", 1000))!.lease;
    assert.ok(await rows.write(BALANCES, changes, { lease, position: 1 }));
  },
  async list({ rows }, query, tenant = MAIN) {
    const found = await rows.list(BALANCES, tenant, query);
    return found.map(({ key, row }) => ({ key, json: row }));
  },
};

function query(parts: Partial<ListQuery> = {}): ListQuery {
  return { filters: [], sort: [], after: null, limit: 1000, ...parts };
}

function by(...fields: readonly string[]): Sort {
  return fields.map((field) => ({ field: field.replace("-", ""), descending: field.startsWith("-") }));
}

function where(field: string, op: Filter["op"], value: FieldValue): ListQuery {
  return query({ filters: [{ field, op, value }] });
}

/** Every key, page by page. `between` is called after each page but the last. */
async function pageThrough(
  listing: Listing,
  store: Store,
  { sort, limit }: Pick<ListQuery, "sort" | "limit">,
  between: () => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let after: ListQuery["after"] = null; ; await between()) {
    const page = await listing.list(store, query({ sort, limit, after }));
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

function filtering(about: string, listing: Listing): readonly StoreCase[] {
  const keys = async (store: Store, asked: ListQuery) =>
    (await listing.list(store, asked)).map(({ key }) => key);
  const filled = async (store: Store, items: Record<string, Fields>) => {
    await listing.prepare(store, listing.fields);
    await listing.put(store, items);
  };

  return cases(`${about}, filtered`, {
    "by equality finds texts, numbers and booleans of that very value": async ({ store }) => {
      await filled(store, {
        a: { t: "x", n: 5, b: true },
        b: { t: "X", n: 5.5, b: false },
        c: { t: "x ", n: -5, b: true },
      });
      assert.deepEqual(await keys(store, where("t", "eq", "x")), ["a"]);
      assert.deepEqual(await keys(store, where("n", "eq", 5)), ["a"]);
      assert.deepEqual(await keys(store, where("n", "eq", 5.5)), ["b"]);
      assert.deepEqual(await keys(store, where("b", "eq", true)), ["a", "c"]);
      assert.deepEqual(await keys(store, where("b", "eq", false)), ["b"]);
      assert.deepEqual(await keys(store, where("t", "eq", "y")), []);
    },

    "by null finds what is null and what is missing": async ({ store }) => {
      await filled(store, { a: { n: null }, b: {}, c: { n: 0 }, d: { n: 1 } });
      assert.deepEqual(await keys(store, where("n", "eq", null)), ["a", "b"]);
    },

    "by range finds numbers by value, and no null": async ({ store }) => {
      await filled(store, { a: { n: -1 }, b: { n: 2 }, c: { n: 10 }, d: { n: 2.5 }, e: { n: null }, f: {} });
      assert.deepEqual(await keys(store, where("n", "gt", 2)), ["c", "d"]);
      assert.deepEqual(await keys(store, where("n", "gte", 2)), ["b", "c", "d"]);
      assert.deepEqual(await keys(store, where("n", "lt", 2)), ["a"]);
      assert.deepEqual(await keys(store, where("n", "lte", 2)), ["a", "b"]);
    },

    "by range finds texts by code point": async ({ store }) => {
      await filled(store, {
        a: { t: "Z" },
        b: { t: "a" },
        c: { t: "\uff5e" },
        d: { t: "\u{1f600}" },
        e: { t: "10" },
        f: { t: null },
      });
      assert.deepEqual(await keys(store, where("t", "gt", "\uff5e")), ["d"]);
      assert.deepEqual(await keys(store, where("t", "lt", "a")), ["a", "e"]);
      assert.deepEqual(await keys(store, where("t", "lte", "9")), ["e"]);
      assert.deepEqual(await keys(store, where("t", "gte", "a")), ["b", "c", "d"]);
    },

    "by range finds booleans, false before true": async ({ store }) => {
      await filled(store, { a: { b: true }, b: { b: false }, c: { b: null } });
      assert.deepEqual(await keys(store, where("b", "gt", false)), ["a"]);
      assert.deepEqual(await keys(store, where("b", "lte", true)), ["a", "b"]);
    },

    "by several comparisons finds what passes all": async ({ store }) => {
      await filled(store, {
        a: { n: 1, t: "x" },
        b: { n: 2, t: "x" },
        c: { n: 3, t: "x" },
        d: { n: 2, t: "y" },
      });
      const filters: Filter[] = [
        { field: "n", op: "gte", value: 2 },
        { field: "t", op: "eq", value: "x" },
        { field: "n", op: "lt", value: 3 },
      ];
      assert.deepEqual(await keys(store, query({ filters })), ["b"]);
    },

    "takes values as values, whatever they look like": async ({ store }) => {
      const values = ["'", "' or 1=1 --", "%", "_", '"', "\\", "$1", "?", "null", "true", "5", ""];
      await filled(store, Object.fromEntries(values.map((t, at) => [`k${at}`, { t }])));
      for (const [at, value] of values.entries())
        assert.deepEqual(await keys(store, where("t", "eq", value)), [`k${at}`], value);
      assert.deepEqual(await keys(store, where("t", "eq", 5)), [], "a number is not a text");
    },

    "takes names of fields as names, whatever they look like": async ({ store }) => {
      const fields = ["first-name", "order by", "a.b", "it's"];
      await filled(store, {
        a: Object.fromEntries(fields.map((field) => [field, 1])),
        b: Object.fromEntries(fields.map((field) => [field, 2])),
      });
      for (const field of fields) {
        assert.deepEqual(await keys(store, where(field, "eq", 2)), ["b"], field);
        const sort = [{ field, descending: true }];
        assert.deepEqual(await keys(store, query({ sort })), ["b", "a"], field);
      }
    },

    "finds what is there now": async ({ store }) => {
      await filled(store, { a: { n: 1 }, b: { n: 1 } });
      await listing.put(store, { a: { n: 2 } });
      assert.deepEqual(await keys(store, where("n", "eq", 1)), ["b"]);
      assert.deepEqual(await listing.list(store, where("n", "eq", 2)), [{ key: "a", json: '{"n":2}' }]);
    },

    "is confined to the tenant": async ({ store }) => {
      await filled(store, { a: { n: 1 } });
      await listing.put(store, { b: { n: 1 }, c: { n: 2 } }, "other");
      assert.deepEqual(await keys(store, where("n", "eq", 1)), ["a"]);
      assert.deepEqual(
        (await listing.list(store, query(), "other")).map(({ key }) => key),
        ["b", "c"],
      );
      assert.deepEqual(await listing.list(store, query(), "nobody"), []);
    },
  });
}

function sorting(about: string, listing: Listing): readonly StoreCase[] {
  const sorted = async (store: Store, sort: Sort) =>
    (await listing.list(store, query({ sort }))).map(({ key }) => key).join("");
  const filled = async (store: Store, items: Record<string, Fields>) => {
    await listing.prepare(store, listing.fields);
    await listing.put(store, items);
  };

  return cases(`${about}, sorted`, {
    "by nothing come by key, code point by code point": async ({ store }) => {
      const keys = ["a", "B", "10", "9", "\u00e9", "\uff5e", "\u{1f600}", "_", "a a"];
      await filled(store, Object.fromEntries(keys.map((key) => [key, { n: 1 }])));
      const found = (await listing.list(store, query())).map(({ key }) => key);
      assert.deepEqual(found, ["10", "9", "B", "_", "a", "a a", "\u00e9", "\uff5e", "\u{1f600}"]);
    },

    "by number come by value, null and missing first": async ({ store }) => {
      await filled(store, {
        a: { n: 10 },
        b: { n: 9 },
        c: { n: -3 },
        d: { n: null },
        e: { n: 9.5 },
        f: {},
        g: { n: 2 ** 53 },
        h: { n: 1e300 },
        i: { n: 0 },
      });
      assert.equal(await sorted(store, by("n")), "dfcibeagh");
      assert.equal(await sorted(store, by("-n")), "hgaebicdf");
    },

    "by text come code point by code point, null first": async ({ store }) => {
      await filled(store, {
        a: { t: "b" },
        b: { t: "B" },
        c: { t: null },
        d: { t: "10" },
        e: { t: "9" },
        f: { t: "\u{1f600}" },
        g: { t: "\uff5e" },
        h: { t: "" },
        i: { t: "bb" },
      });
      assert.equal(await sorted(store, by("t")), "chdebaigf");
      assert.equal(await sorted(store, by("-t")), "fgiabedhc");
    },

    "by boolean come false before true, null first": async ({ store }) => {
      await filled(store, { a: { b: true }, b: { b: false }, c: { b: null }, d: { b: false } });
      assert.equal(await sorted(store, by("b")), "cbda");
      assert.equal(await sorted(store, by("-b")), "abdc");
    },

    "by several fields come each in its own direction, then by key": async ({ store }) => {
      await filled(store, {
        e: { g: "x", n: 1 },
        d: { g: "x", n: 1 },
        c: { g: "x", n: 2 },
        b: { g: "y", n: 1 },
        a: { g: "y", n: null },
      });
      assert.equal(await sorted(store, by("g", "-n")), "cdeba");
      assert.equal(await sorted(store, by("-g", "n")), "abdec");
      assert.equal(await sorted(store, by("-n", "-g")), "cbdea");
    },

    "by a text too long for any index are listed all the same": async ({ store }) => {
      const long = Array.from({ length: 40_000 }, (_, at) => ((at * 7919) % 10_007).toString(36)).join("");
      await filled(store, { a: { t: `${long}2` }, b: { t: `${long}1` }, c: { t: long } });
      assert.equal(await sorted(store, by("t")), "cba");
      assert.equal((await listing.list(store, where("t", "eq", `${long}1`))).length, 1);
    },
  });
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

function paging(about: string, listing: Listing): readonly StoreCase[] {
  return cases(`${about}, page by page`, {
    "are all found once, whatever the order and the limit": async ({ store }) => {
      await listing.prepare(store, listing.fields);
      await listing.put(store, tied(40));
      for (const sort of ORDERS) {
        const whole = (await listing.list(store, query({ sort }))).map(({ key }) => key);
        assert.equal(new Set(whole).size, 40);
        for (const limit of [1, 3, 7, 40])
          assert.deepEqual(
            await pageThrough(listing, store, { sort, limit }),
            whole,
            JSON.stringify({ sort, limit }),
          );
      }
    },

    "go on where the last item was, though it is gone": async ({ store }) => {
      await listing.prepare(store, listing.fields);
      await listing.put(store, { a: { n: 1 }, b: { n: 2 }, d: { n: 3 }, e: { n: 3 } });
      const after = { values: [3], key: "c" };
      assert.deepEqual(
        (await listing.list(store, query({ sort: by("n"), after }))).map(({ key }) => key),
        ["d", "e"],
      );
      assert.deepEqual(
        (await listing.list(store, query({ sort: by("-n"), after }))).map(({ key }) => key),
        ["d", "e", "b", "a"],
      );
    },

    "repeat none and miss none that stays, while others are written": async ({ store }) => {
      await listing.prepare(store, listing.fields);
      for (const sort of ORDERS) {
        const staying = tied(30);
        await listing.put(store, staying);
        let round = 0;
        const disturb = async () => {
          round++;
          const low = { n: null, t: null, b: false };
          const high = { n: 9, t: "z", b: true };
          await listing.put(store, {
            [`a${round}`]: low,
            [`k01${round}x`]: high,
            [`z${round}`]: round % 2 ? low : high,
          });
        };
        const found = await pageThrough(listing, store, { sort, limit: 4 }, disturb);
        assert.equal(new Set(found).size, found.length, "an item came twice");
        const missed = Object.keys(staying).filter((key) => !found.includes(key));
        assert.deepEqual(missed, [], JSON.stringify(sort));
      }
    },

    "pass a filter on every page": async ({ store }) => {
      await listing.prepare(store, listing.fields);
      await listing.put(store, tied(30));
      const filters: Filter[] = [{ field: "b", op: "eq", value: true }];
      const first = await listing.list(store, query({ filters, limit: 10 }));
      const second = await listing.list(
        store,
        query({ filters, limit: 10, after: { values: [], key: first.at(-1)!.key } }),
      );
      assert.deepEqual(
        [...first, ...second].map(({ json }) => (JSON.parse(json) as Fields).b),
        Array(15).fill(true),
      );
    },
  });
}

function listingCases(about: string, listing: Listing): readonly StoreCase[] {
  return [...filtering(about, listing), ...sorting(about, listing), ...paging(about, listing)];
}

export const listCases = [...listingCases("stored states", storedStates), ...listingCases("rows", viewRows)];
