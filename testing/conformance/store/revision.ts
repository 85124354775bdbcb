import assert from "node:assert/strict";
import { cases, giveWay } from "./case.ts";
import { ANNA, accept, append, BERT, commitOf } from "./commits.ts";
import { BALANCES, fill, rowOf } from "./rows.ts";
import { take } from "./subscriptions.ts";

const own = cases(
  "a revision",
  {
    "stays while nothing is written": async ({ store }) => {
      await accept(store.log, commitOf(ANNA, 0));
      const before = store.revision!();
      await store.log.readStream(ANNA, 0, 10);
      await store.log.read({ after: 0, limit: 10 });
      assert.equal(store.revision!(), before);
      await giveWay();
      assert.equal(store.revision!(), before);
    },

    "is another one for whoever was told of a change": async ({ store }) => {
      const seen = [store.revision!()];
      await accept(store.log, commitOf(ANNA, 0));
      seen.push(store.revision!());
      await fill(store, [rowOf("anna", { balance: 5 })]);
      seen.push(store.revision!());
      const lease = await take(store.subscriptions);
      seen.push(store.revision!());
      await store.subscriptions.advance({ lease, position: 1 });
      seen.push(store.revision!());
      await store.generations.add("balances", "f");
      seen.push(store.revision!());
      await store.rows.drop(BALANCES);
      seen.push(store.revision!());
      assert.equal(new Set(seen).size, seen.length, `${seen}`);
    },

    "is another one also where a change is told of in the same turn": async ({ store }) => {
      await accept(store.log, commitOf(ANNA, 0));
      const before = store.revision!();
      const begun = append(store.log, commitOf(BERT, 0));
      // The store may answer before anything else has its turn.
      for (const end = performance.now() + 50; performance.now() < end; );
      await begun;
      assert.notEqual(store.revision!(), before);
    },
  },
  { needs: ["revision"] },
);

const others = cases(
  "a revision",
  {
    "is another one a turn after another process has written": async ({ store, open }) => {
      const other = await open();
      const before = store.revision!();
      await accept(other.log, commitOf(ANNA, 0));
      await giveWay();
      assert.notEqual(store.revision!(), before);
    },
  },
  { needs: ["revision", "shared"] },
);

export const revisionCases = [...own, ...others];
