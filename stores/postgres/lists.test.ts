import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import type { FieldValue, Filter, ListQuery, RowChange, Store } from "@plinth/ports";
import { type SeededRandom, seededRandom } from "@plinth/testing";
import { noPostgres } from "../../servers/postgres.ts";
import { clock, opened } from "./samples.fixture.ts";

const TABLE = { view: "things", generation: 1 };
const ROWS = 400;
const QUERIES = 400;

/** Values of a field: few, so that many rows share one, and those that are too long for an index between the others. */
const LONG = "m".repeat(600);
const VALUES: Readonly<Record<string, readonly FieldValue[]>> = {
  number: [null, -1e300, -2.5, -1, 0, 1, 2, 2.5, 10, 1e21],
  text: [null, "", "10", "9", "a", "m", LONG, `${LONG}1`, `${LONG}2`, "n", "\uff5e", "\u{1f600}"],
  long: [LONG, `${LONG}1`, `${LONG}2`, `${LONG}\u{1f600}`],
  flag: [null, true, false],
  plain: [null, "x", "y", LONG],
};
/** The last one has no index. */
const INDEXED = ["number", "text", "long", "flag"];

test("any page of any list is the one that the reference finds", {
  skip: noPostgres("bundled"),
}, async (t) => {
  const random = seededRandom(7);
  const { store } = await opened(t);
  const reference = memoryStore({ clock });
  const changes = Array.from({ length: ROWS }, (_, at) => anyRow(random, at));
  for (const one of [store, reference]) await fill(one, changes);
  for (let count = 0; count < QUERIES; count++) {
    const query = anyQuery(random);
    const [found, expected] = await Promise.all(
      [store, reference].map((one) => one.rows.list(TABLE, "main", query)),
    );
    assert.deepEqual(found, expected, JSON.stringify(query, shortened));
  }
});

async function fill({ rows, subscriptions }: Store, changes: readonly RowChange[]): Promise<void> {
  await rows.create(TABLE, INDEXED);
  const { lease } = (await subscriptions.acquire("things", 0, "node-a", 60_000))!;
  assert.ok(await rows.write(TABLE, changes, { lease, position: ROWS }));
}

function anyRow(random: SeededRandom, at: number): RowChange {
  const fields = Object.entries(VALUES).filter(() => !random.oneIn(10));
  const row = Object.fromEntries(fields.map(([field, values]) => [field, random.pick(values)]));
  return {
    tenant: random.oneIn(10) ? "other" : "main",
    key: `${random.below(10)}-${at}`,
    row: JSON.stringify(row),
    position: at + 1,
  };
}

function anyQuery(random: SeededRandom): ListQuery {
  const fields = Object.keys(VALUES);
  const sorted = Array.from({ length: random.below(3) }, () => random.pick(fields));
  const sort = [...new Set(sorted)].map((field) => ({ field, descending: random.oneIn(2) }));
  const values = sort.map(({ field }) => random.pick(VALUES[field]!));
  return {
    filters: Array.from({ length: random.below(3) }, () => anyFilter(random, random.pick(fields))),
    sort,
    after: random.oneIn(2) ? { values, key: `${random.below(10)}-${random.below(ROWS)}` } : null,
    limit: random.pick([1, 3, 20, ROWS]),
  };
}

function anyFilter(random: SeededRandom, field: string): Filter {
  return { field, op: random.pick(["eq", "gt", "gte", "lt", "lte"]), value: random.pick(VALUES[field]!) };
}

function shortened(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.replace(LONG, "(long)") : value;
}
