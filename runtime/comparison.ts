import type { Row, Rows, TableName } from "@plinth/ports";

/** What comparing a new build of a view with the one that is read has shown. */
export interface Comparison {
  /** Rows that are the same in both. */
  readonly same: number;
  /** Rows in both that differ though they were last changed by the same event. */
  readonly changed: number;
  /** Rows in both that one build has taken further than the other: they cannot be compared yet. */
  readonly unsettled: number;
  /** Rows that only the new build has. */
  readonly added: number;
  /** Rows that only the old build has. */
  readonly removed: number;
  /** Up to ten keys of rows that are not the same. */
  readonly samples: readonly { readonly tenant: string; readonly key: string }[];
}

/** Rows of one read. */
const PAGE = 500;
const SAMPLES_MAX = 10;

type Placed = Row & { readonly tenant: string };

/**
 * Compares every row of two builds. Both may be written to meanwhile: a row that differs is read once more, and
 * counts as different only where both reads agree.
 */
export async function compare(rows: Rows, old: TableName, fresh: TableName): Promise<Comparison> {
  const result = {
    same: 0,
    changed: 0,
    unsettled: 0,
    added: 0,
    removed: 0,
    samples: [] as { tenant: string; key: string }[],
  };
  for await (const [before, after] of pairs(allRows(rows, old), allRows(rows, fresh))) {
    if (before?.row === after?.row) {
      result.same += 1;
      continue;
    }
    const { tenant, key } = (before ?? after)!;
    const kind = await judgeAgain(rows, old, fresh, tenant, key);
    result[kind] += 1;
    if (kind !== "same" && result.samples.length < SAMPLES_MAX) result.samples.push({ tenant, key });
  }
  return result;
}

async function judgeAgain(rows: Rows, old: TableName, fresh: TableName, tenant: string, key: string) {
  const [before, after] = await Promise.all([rows.get(old, tenant, key), rows.get(fresh, tenant, key)]);
  if (before?.row === after?.row) return "same";
  if (before && after) return before.position === after.position ? "changed" : "unsettled";
  return before ? "removed" : "added";
}

async function* allRows(rows: Rows, table: TableName): AsyncGenerator<Placed, undefined> {
  let after: { tenant: string; key: string } | null = null;
  for (;;) {
    const page: readonly Placed[] = await rows.scan(table, after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = { tenant: last.tenant, key: last.key };
  }
}

/** Rows of the same place side by side; undefined where one build has none. */
async function* pairs(
  left: AsyncGenerator<Placed, undefined>,
  right: AsyncGenerator<Placed, undefined>,
): AsyncGenerator<[Placed | undefined, Placed | undefined]> {
  let [a, b] = [(await left.next()).value, (await right.next()).value];
  while (a || b) {
    const order = !a ? 1 : !b ? -1 : placeOrder(a, b);
    yield [order <= 0 ? a : undefined, order >= 0 ? b : undefined];
    const [nextA, nextB] = [order <= 0, order >= 0];
    if (nextA) a = (await left.next()).value;
    if (nextB) b = (await right.next()).value;
  }
}

function placeOrder(a: Placed, b: Placed): number {
  return byCodePoint(a.tenant, b.tenant) || byCodePoint(a.key, b.key);
}

/** The order in which stores scan: by UTF-8 bytes, which is by code point. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
