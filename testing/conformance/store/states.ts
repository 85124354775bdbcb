import assert from "node:assert/strict";
import { cases } from "./case.ts";
import { ANNA, accept, BERT, commitOf, events, MAIN, streamOf } from "./commits.ts";

const EVERYTHING = { filters: [], sort: [], after: null, limit: 100 };

export const stateCases = cases("a stored state", {
  "is the one of the last commit that gave one": async ({ store: { log, states } }) => {
    assert.equal(await states.get(ANNA), null);
    await accept(log, commitOf(ANNA, 0, { state: '{"n":1}' }));
    await accept(log, commitOf(ANNA, 1, { events: events(3), state: '{"n":4}' }));
    assert.deepEqual(await states.get(ANNA), { id: "anna", version: 4, state: '{"n":4}' });
  },

  "is left as it is by a commit that gives none": async ({ store: { log, states } }) => {
    await accept(log, commitOf(ANNA, 0, { state: '{"n":1}' }));
    await accept(log, commitOf(ANNA, 1));
    assert.deepEqual(await states.get(ANNA), { id: "anna", version: 1, state: '{"n":1}' });
    await accept(log, commitOf(BERT, 0));
    assert.equal(await states.get(BERT), null);
  },

  "is the last of its batch": async ({ store: { log, states } }) => {
    await log.append([
      commitOf(ANNA, 0, { state: '{"n":1}' }),
      commitOf(ANNA, 1, { state: '{"n":2}' }),
      commitOf(ANNA, 0, { state: '{"n":"lost"}' }),
      commitOf(ANNA, 2, { state: '{"n":3}' }),
      commitOf(ANNA, 3),
    ]);
    assert.deepEqual(await states.get(ANNA), { id: "anna", version: 3, state: '{"n":3}' });
  },

  "is one of its tenant, entity and id": async ({ store: { log, states } }) => {
    const streams = [ANNA, streamOf("anna", "order"), streamOf("anna", "account", "other"), streamOf("Anna")];
    await log.append(streams.map((stream, at) => commitOf(stream, 0, { state: `{"at":${at}}` })));
    for (const [at, stream] of streams.entries())
      assert.deepEqual(await states.get(stream), { id: stream.id, version: 1, state: `{"at":${at}}` });
    const listed = await states.list(MAIN, "account", EVERYTHING);
    assert.deepEqual(
      listed.map(({ id }) => id),
      ["Anna", "anna"],
    );
    assert.deepEqual(await states.list(MAIN, "invoice", EVERYTHING), []);
  },

  "can be listed by a field that was never made quick": async ({ store: { log, states } }) => {
    await log.append([commitOf(ANNA, 0, { state: '{"n":1}' }), commitOf(BERT, 0, { state: '{"n":2}' })]);
    const sort = [{ field: "n", descending: true }];
    assert.deepEqual(
      (await states.list(MAIN, "account", { ...EVERYTHING, sort })).map(({ id }) => id),
      ["bert", "anna"],
    );
  },

  "made quick to find again and again, by more fields, stays": async ({ store: { log, states } }) => {
    await accept(log, commitOf(ANNA, 0, { state: '{"n":1,"t":"x"}' }));
    for (const fields of [["n"], ["n"], ["n", "t"], [], ["t"]]) await states.index("account", fields);
    await states.index("order", ["n"]);
    const filters = [{ field: "t", op: "eq", value: "x" } as const];
    assert.equal((await states.list(MAIN, "account", { ...EVERYTHING, filters })).length, 1);
    await accept(log, commitOf(ANNA, 1, { state: '{"n":2,"t":"y"}' }));
    assert.equal((await states.list(MAIN, "account", { ...EVERYTHING, filters })).length, 0);
  },
});
