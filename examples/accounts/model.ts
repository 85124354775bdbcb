import { entity, reactor, service, view, z } from "plinth";

export const account = entity("account", {
  state: z.object({ balance: z.int(), closed: z.boolean() }),
  initial: { balance: 0, closed: false },
  events: {
    deposited: z.object({ amount: z.int().positive(), note: z.string() }),
    closed: z.object({}),
  },
})
  .evolve({
    deposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    closed: (account) => ({ ...account, closed: true }),
  })
  .commands((command) => ({
    deposit: command({
      on: "any",
      input: z.object({ amount: z.int().positive(), note: z.string().max(200) }),
      allow: ({ actor }) => actor.has("accounts:write"),
      facts: async ({ read, input }) => ({ other: await read(account2, input.note), n: 3 }),
      decide: (account, input, { emit, refuse, facts }) =>
        account.closed
          ? refuse("account_closed", `A closed account ${facts.n.toFixed()}takes no deposits.`)
          : emit.deposited(input),
    }),
    close: {
      input: z.object({}),
      decide: (account, _input, { emit }) => (account.closed ? [] : emit.closed({})),
    },
  }));

const account2 = entity("other", { state: z.object({ a: z.string() }), initial: { a: "" }, events: {} })
  .evolve({})
  .commands({});

export const balances = view("balances", {
  row: z.object({ account: z.string(), balance: z.int(), at: z.iso.datetime() }),
  key: (event) => event.stream.id,
  from: [account],
  on: {
    "account.deposited": (row, { data, stream, at }) => ({
      account: stream.id,
      balance: (row?.balance ?? 0) + data.amount,
      at,
    }),
    "account.closed": () => null,
  },
  filter: ["balance", "at"],
  sort: ["balance", "at"],
});

export const thanks = reactor("thanks", {
  on: {
    "account.deposited": async (event, { send, effect }) => {
      await send(account, "deposit", { id: event.stream.id, input: { amount: 1, note: "" } });
      await effect("x", async ({ key }) => key);
    },
  },
});
export const thanks2 = reactor("thanks2", {
  from: [account],
  on: {
    "account.deposited": async (event, { send }) => {
      // @ts-expect-error
      await send(account, "deposi", { id: event.stream.id, input: { amount: event.data.amount, note: "" } });
      await send(account, "deposit", {
        id: event.stream.id,
        input: { amount: event.data.amount, note: event.data.note },
      });
    },
  },
});

export default service("accounts", { entities: [account], views: [balances], reactors: [thanks] });
