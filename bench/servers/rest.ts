import { anonymous, entity, service, z } from "@plinth/model";
import { type Clock, type Operations, silent } from "@plinth/ports";
import { rest } from "@plinth/rest";

/** All of @plinth/rest before operations that answer at once and keep nothing: what the HTTP face itself costs. */
const account = entity("account", {
  state: z.object({ balance: z.int(), closed: z.boolean() }),
  initial: { balance: 0, closed: false },
  events: {},
})
  .evolve({})
  .commands({
    deposit: { on: "any", input: z.object({ amount: z.int(), note: z.string() }), decide: () => [] },
  });

const unused = () => Promise.reject(new Error("Only deposits are measured."));
const operations: Operations = {
  service: service("accounts", { entities: [account], public: true }),
  run: async ({ id, input }) => ({
    id: id!,
    version: 1,
    position: 1,
    state: JSON.stringify({ balance: (input as { amount: number }).amount, closed: false }),
    created: false,
    repeated: false,
  }),
  get: unused,
  list: unused,
  row: unused,
  rows: unused,
  watch: async function* () {},
  readiness: () => ({ ready: true, reasons: [] }),
  metrics: () => [],
};
const clock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
};
const identity = { challenge: "Bearer", authenticate: () => anonymous };
const ids = { next: () => crypto.randomUUID() };
const [host, port] = ["127.0.0.1", Number(process.env.PORT)];
await rest().start({ operations, identity, limiter: null, clock, ids, logger: silent, host, port });
