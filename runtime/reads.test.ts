import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@plinth/memory";
import { type Actor, actor, entity, service, view, z } from "@plinth/model";
import type { ListReply, Reached } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { callerOf, fixture } from "./service.fixture.ts";

const note = entity("note", {
  state: z.object({ owner: z.string() }),
  initial: { owner: "" },
  stored: true,
  allow: ({ actor, state }) => state === null || state.owner === actor.id || actor.id === "auditor",
  events: { written: z.object({ owner: z.string() }) },
})
  .evolve({ written: (_note, { owner }) => ({ owner }) })
  .commands({
    write: {
      on: "any",
      input: z.object({ owner: z.string() }),
      allow: () => true,
      decide: (_note, input, { emit }) => emit.written(input),
    },
  });

const shelf = view("shelf", {
  row: z.object({ owner: z.string() }),
  key: ({ stream }) => stream.id,
  from: [note],
  on: { "note.written": (_row, { data }) => data },
  allow: ({ actor, row }) => row === null || row.owner === actor.id || actor.id === "auditor",
});

const [ada, grace, auditor] = [actor("ada"), actor("grace"), actor("auditor")];

/** Two notes of Ada's and one of Grace's, on a store whose revision is set by hand. */
async function notes() {
  const clock = simulatedClock();
  const changes = { revision: 1, position: 0 };
  const store = Object.assign(memoryStore({ clock }), { revision: () => changes.revision });
  const { generations } = store;
  const list = generations.list.bind(generations);
  // As from a file: other objects every time.
  Object.assign(generations, { list: async () => (await list()).map((one) => ({ ...one })) });
  const { runtime, run } = await fixture(service("notes", { entities: [note], views: [shelf] }), {
    clock,
    store,
  });
  const write = async (id: string, owner: string) => {
    changes.position = (await run("note.write", id, { owner })).position;
    changes.revision += 1;
  };
  for (const [id, owner] of [
    ["a", "ada"],
    ["b", "grace"],
    ["c", "ada"],
  ] as const)
    await write(id, owner);
  const { operations, views } = runtime;
  const all = { filters: [], sort: [], cursor: null, limit: 10 };
  const asked = (by: Actor) => ({ caller: callerOf(by), atLeast: changes.position });
  return {
    write,
    views,
    state: async (by: Actor) => operations.get({ ...asked(by), entity: "note", id: "a" }),
    row: async (by: Actor) => operations.row({ ...asked(by), view: "shelf", key: "a" }),
    states: async (by: Actor) => operations.list({ ...asked(by), ...all, entity: "note" }),
    rows: async (by: Actor) => operations.rows({ ...asked(by), ...all, view: "shelf" }),
  };
}

const ownersOf = ({ items }: ListReply) => items.map((item) => /"owner":"(\w+)"/.exec(item)?.[1]);

describe("reads of what is known", () => {
  it("are answered with the same object, until something changes", async () => {
    const { write, state, row, states, rows } = await notes();
    for (const read of [state, row, states, rows]) assert.equal(await read(auditor), await read(auditor));
    await write("a", "grace");
    assert.match((await state(auditor)).state, /grace/);
    assert.match((await row(auditor)).row, /grace/);
    for (const read of [states, rows])
      assert.deepEqual(ownersOf(await read(auditor)), ["grace", "grace", "ada"]);
  });

  it("are refused to who may not read it, whoever has read it before", async () => {
    const { state, row } = await notes();
    for (const read of [state, row]) {
      await read(ada);
      await assert.rejects(read(grace), { code: "permission_denied" });
      await read(ada);
    }
  });

  it("have of a page what each may read", async () => {
    const { states, rows } = await notes();
    for (const read of [states, rows])
      for (const by of [auditor, ada, grace, auditor]) {
        const owners = { ada: ["ada", "ada"], grace: ["grace"], auditor: ["ada", "grace", "ada"] };
        assert.deepEqual(ownersOf(await read(by)), owners[by.id as keyof typeof owners]);
      }
  });

  it("come from the same table as long as it answers, however often it is looked up", async () => {
    const { views } = await notes();
    const table = views.live("shelf");
    await views.refresh();
    assert.equal(views.live("shelf"), table);
  });
});

describe("reads of rows", () => {
  it("say what a copy of the store must have reached to answer them", async () => {
    const clock = simulatedClock();
    const store = memoryStore({ clock });
    const { rows } = store;
    const kept = { get: rows.get.bind(rows), list: rows.list.bind(rows) };
    const asked: (Reached | undefined)[] = [];
    const get: typeof rows.get = (table, tenant, key, reached) => {
      asked.push(reached);
      return kept.get(table, tenant, key);
    };
    const list: typeof rows.list = (table, tenant, query, reached) => {
      asked.push(reached);
      return kept.list(table, tenant, query);
    };
    Object.assign(rows, { get, list });
    const { runtime, run } = await fixture(service("notes", { entities: [note], views: [shelf] }), {
      clock,
      store,
    });
    const { operations } = runtime;
    await run("note.write", "a", { owner: "ada" });
    const { position } = await run("note.write", "b", { owner: "ada" });
    const reading = { caller: callerOf(auditor), view: "shelf", atLeast: 1 };
    await operations.row({ ...reading, key: "a" });
    await operations.row({ ...reading, key: "a", atLeast: position });
    const page = { filters: [], sort: [], cursor: null, limit: 10 };
    const listed = await operations.rows({ ...reading, ...page });
    const of = { subscription: "view:shelf@1", shards: shelf.shards };
    assert.deepEqual(asked, [
      { ...of, position: 1 },
      { ...of, position },
      { ...of, position: listed.position },
    ]);
    assert.equal(listed.position, position, "a page is as far as it says");
  });
});
