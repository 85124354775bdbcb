import { entity, reactor, service, view, z } from "@plinth/model";

const note = entity("note", {
  state: z.object({ total: z.int() }),
  initial: { total: 0 },
  events: { added: z.object({ amount: z.int() }) },
})
  .evolve({ added: (note, { amount }) => ({ total: note.total + amount }) })
  .commands({
    add: {
      on: "any",
      input: z.object({ amount: z.int() }),
      decide: (_note, input, { emit }) => emit.added(input),
    },
  });

const totals = view("totals", {
  row: z.object({ note: z.string(), total: z.int() }),
  key: ({ stream }) => stream.id,
  from: [note],
  on: {
    "note.added": (row, { data, stream }) => ({ note: stream.id, total: (row?.total ?? 0) + data.amount }),
  },
});

/** Cannot handle what is negative. */
const picky = reactor("picky", {
  from: [note],
  retries: { max: 0 },
  on: {
    "note.added": ({ data }) => {
      if (data.amount < 0) throw new Error(`negative: ${data.amount}`);
    },
  },
});

export default service("notes", { entities: [note], views: [totals], reactors: [picky], public: true });
