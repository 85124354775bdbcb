import assert from "node:assert/strict";
import type { Condition } from "@plinth/ports";
import { cases } from "./case.ts";
import { ANNA, accept, append, BERT, commitOf, events, kinds, streamOf } from "./commits.ts";

/** No account of the main tenant has an event after a position. */
function unchanged(after: number, entities: readonly string[] = ["account"], tenant = "main"): Condition {
  return { kind: "unchanged", tenant, entities, after };
}

export const conditionCases = cases("a condition", {
  "on a version holds while the other stream stays": async ({ store: { log } }) => {
    await accept(log, commitOf(BERT, 0, { events: events(2) }));
    await accept(log, commitOf(ANNA, 0, { conditions: [{ kind: "version", stream: BERT, version: 2 }] }));
    for (const version of [0, 1, 3]) {
      const commit = commitOf(ANNA, 1, { conditions: [{ kind: "version", stream: BERT, version }] });
      assert.deepEqual(await append(log, commit), { kind: "conflict" }, `version ${version}`);
    }
  },

  "on version 0 holds while there is no event": async ({ store: { log } }) => {
    const conditions: Condition[] = [{ kind: "version", stream: BERT, version: 0 }];
    await accept(log, commitOf(ANNA, 0, { conditions }));
    await accept(log, commitOf(BERT, 0));
    assert.deepEqual(await append(log, commitOf(ANNA, 1, { conditions })), { kind: "conflict" });
  },

  "on what is unchanged holds up to the first event after the position": async ({ store: { log } }) => {
    await accept(log, commitOf(BERT, 0));
    await accept(log, commitOf(ANNA, 0, { conditions: [unchanged(1)] }));
    assert.deepEqual(await append(log, commitOf(ANNA, 1, { conditions: [unchanged(1)] })), {
      kind: "conflict",
    });
    await accept(log, commitOf(ANNA, 1, { conditions: [unchanged(2)] }));
    await accept(log, commitOf(ANNA, 2, { conditions: [unchanged(1000)] }));
  },

  "on what is unchanged looks at its entities and its tenant alone": async ({ store: { log } }) => {
    await accept(log, commitOf(streamOf("1", "order"), 0));
    await accept(log, commitOf(streamOf("1", "account", "other"), 0));
    await accept(log, commitOf(ANNA, 0, { conditions: [unchanged(0)] }));
    const commit = (condition: Condition) => commitOf(BERT, 0, { conditions: [condition] });
    for (const condition of [
      unchanged(0),
      unchanged(0, ["order"]),
      unchanged(0, ["invoice", "order"]),
      unchanged(0, ["account"], "other"),
    ])
      assert.deepEqual(await append(log, commit(condition)), { kind: "conflict" });
    await accept(log, commit(unchanged(0, ["invoice", "Account"])));
    await accept(log, commitOf(BERT, 1, { conditions: [unchanged(0, [])] }));
  },

  "must hold with all the others": async ({ store: { log } }) => {
    await log.append([commitOf(ANNA, 0), commitOf(streamOf("1", "order"), 0)]);
    const good: Condition[] = [
      { kind: "version", stream: ANNA, version: 1 },
      unchanged(1),
      unchanged(2, ["order"]),
    ];
    const bad: Condition[] = [
      { kind: "version", stream: ANNA, version: 0 },
      unchanged(0),
      unchanged(1, ["order"]),
    ];
    for (const [at, condition] of bad.entries()) {
      const conditions = good.with(at, condition);
      assert.deepEqual(await append(log, commitOf(BERT, 0, { conditions })), { kind: "conflict" });
    }
    await accept(log, commitOf(BERT, 0, { conditions: good }));
  },

  "is judged after the commits before it in the batch": async ({ store: { log } }) => {
    const outcomes = await log.append([
      commitOf(ANNA, 0),
      commitOf(BERT, 0, { conditions: [{ kind: "version", stream: ANNA, version: 0 }] }),
      commitOf(BERT, 0, { conditions: [unchanged(0)] }),
      commitOf(BERT, 0, { conditions: [{ kind: "version", stream: ANNA, version: 1 }, unchanged(1)] }),
      commitOf(ANNA, 1, { conditions: [unchanged(1)] }),
      commitOf(ANNA, 1, { conditions: [unchanged(2)] }),
    ]);
    assert.deepEqual(kinds(outcomes), [
      "accepted",
      "conflict",
      "conflict",
      "accepted",
      "conflict",
      "accepted",
    ]);
  },

  "is not broken by a commit without events, nor by one that was not accepted": async ({
    store: { log },
  }) => {
    const outcomes = await log.append([
      commitOf(ANNA, 0, { events: [] }),
      commitOf(ANNA, 9),
      commitOf(BERT, 0, { conditions: [unchanged(0), { kind: "version", stream: ANNA, version: 0 }] }),
    ]);
    assert.deepEqual(kinds(outcomes), ["accepted", "conflict", "accepted"]);
  },

  "is verified for a commit without events too": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0));
    const commit = commitOf(BERT, 0, { events: [], conditions: [unchanged(0)] });
    assert.deepEqual(await append(log, commit), { kind: "conflict" });
  },

  "can be one of very many": async ({ store: { log } }) => {
    const others = Array.from({ length: 1000 }, (_, at) => streamOf(`other-${at}`));
    await log.append(others.map((stream) => commitOf(stream, 0)));
    const conditions = others.map((stream): Condition => ({ kind: "version", stream, version: 1 }));
    await accept(log, commitOf(ANNA, 0, { conditions }));
    const stale = conditions.with(999, { kind: "version", stream: others[999]!, version: 0 });
    assert.deepEqual(await append(log, commitOf(ANNA, 1, { conditions: stale })), { kind: "conflict" });
  },
});
