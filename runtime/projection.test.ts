import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entity, view, z } from "@plinth/model";
import { type Checkpoint, PlinthError, type RowChange, type Rows, type Subscriptions } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { Progress } from "./progress.ts";
import { projection } from "./projection.ts";
import type { Tenure } from "./subscription.ts";
import type { TailPage } from "./tail.ts";

const account = entity("account", {
  state: z.object({}),
  initial: {},
  events: { deposited: z.object({ amount: z.int() }) },
})
  .evolve({ deposited: (state) => state })
  .commands({});

const balances = view("balances", {
  row: z.object({ balance: z.int() }),
  key: ({ stream }) => stream.id,
  from: [account],
  on: {
    "account.deposited": (row, { data }) => {
      if (data.amount < 0) throw new Error("No row is made of this.");
      return { balance: (row?.balance ?? 0) + data.amount };
    },
  },
});

/** A write of rows that waits to be let through. */
interface Write {
  readonly rows: Readonly<Record<string, string | null>>;
  readonly position: number;
  finish(kept: boolean): void;
  fail(error: Error): void;
}

const lease = { subscription: "view:balances@1", shard: 0, owner: "me", token: 1 };

async function begun(position = 0): Promise<{ tenure: Tenure; writes: Write[] }> {
  const writes: Write[] = [];
  const write = (_table: unknown, changes: readonly RowChange[], checkpoint: Checkpoint) =>
    new Promise<boolean>((finish, fail) => {
      const rows = Object.fromEntries(changes.map(({ key, row }) => [key, row]));
      writes.push({ rows, position: checkpoint.position, finish, fail });
    });
  const getMany = async (_table: unknown, keys: readonly unknown[]) => keys.map(() => null);
  const rows = { write, getMany } as unknown as Rows;
  const subscriptions = { advance: async () => true } as unknown as Subscriptions;
  const progress = new Progress(subscriptions, simulatedClock());
  const work = projection(balances, { view: "balances", generation: 1 }, { rows, subscriptions, progress });
  const tenure = await work.begin({ lease, position }, new AbortController().signal);
  return { tenure, writes };
}

function deposits(after: number, ...amounts: readonly [id: string, amount: number][]): TailPage {
  const events = amounts.map(([id, amount], index) => ({
    position: after + index + 1,
    stream: { tenant: "main", entity: "account", id },
    version: 1,
    type: "account.deposited",
    data: { amount },
    at: "2026-01-01T00:00:00.000Z",
    actor: "anonymous",
    trace: null,
  }));
  return { events, position: after + amounts.length };
}

describe("projection", () => {
  it("folds on while it writes, and writes what has changed meanwhile once", async () => {
    const { tenure, writes } = await begun();
    assert.ok(await tenure.handle(deposits(0, ["a", 1], ["b", 1])));
    assert.ok(await tenure.handle(deposits(2, ["a", 1])));
    assert.ok(await tenure.handle(deposits(3, ["a", 1])));
    assert.equal(writes.length, 1, "one write is under way");
    const settled = tenure.settled();
    writes[0]!.finish(true);
    while (writes.length < 2) await Promise.resolve();
    writes[1]!.finish(true);
    assert.ok(await settled);
    assert.deepEqual(
      writes.map(({ rows, position }) => [rows, position]),
      [
        [{ a: '{"balance":1}', b: '{"balance":1}' }, 2],
        [{ a: '{"balance":3}' }, 4],
      ],
    );
  });

  it("keeps nothing of a stretch that cannot be folded to its end", async () => {
    const { tenure, writes } = await begun();
    await tenure.handle(deposits(0, ["a", 1]));
    await tenure.handle(deposits(1, ["a", 1]));
    await assert.rejects(tenure.handle(deposits(2, ["a", 1], ["b", -1])), /No row is made of this/);
    const ended = tenure.end();
    writes[0]!.finish(true);
    while (writes.length < 2) await Promise.resolve();
    writes[1]!.finish(true);
    await ended;
    assert.deepEqual(writes[1]!.rows, { a: '{"balance":2}' });
    assert.equal(writes[1]!.position, 2);
  });

  it("says that the lease is lost where nothing more comes", async () => {
    const { tenure, writes } = await begun();
    assert.ok(await tenure.handle(deposits(0, ["a", 1])));
    const settled = tenure.settled();
    writes[0]!.finish(false);
    assert.equal(await settled, false);
  });

  it("hands on that a write has failed, and writes no more", async () => {
    const { tenure, writes } = await begun();
    await tenure.handle(deposits(0, ["a", 1]));
    await tenure.handle(deposits(1, ["a", 1]));
    writes[0]!.fail(new PlinthError("unavailable", "The disk is full."));
    await assert.rejects(tenure.settled(), /The disk is full/);
    await tenure.handle(deposits(2, ["a", 1]));
    await assert.rejects(tenure.end(), /The disk is full/);
    assert.equal(writes.length, 1);
  });

  it("holds no more rows back than it keeps at hand", async () => {
    const { tenure, writes } = await begun();
    const many = Array.from({ length: 10_001 }, (_, index): [string, number] => [`a${index}`, 1]);
    let isReady = false;
    const handled = tenure.handle(deposits(0, ...many)).then(() => {
      isReady = true;
    });
    while (writes.length === 0) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isReady, false, "it waits for its rows to be written");
    writes[0]!.finish(true);
    await handled;
    assert.equal(Object.keys(writes[0]!.rows).length, 10_001);
  });
});
