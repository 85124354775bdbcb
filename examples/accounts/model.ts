import { entity, service, view, z } from "plinth";

const amount = z.int().positive();

export const account = entity("account", {
  state: z.object({ balance: z.int(), closed: z.boolean() }),
  initial: { balance: 0, closed: false },
  stored: true,
  events: {
    opened: z.object({}),
    deposited: z.object({ amount, note: z.string() }),
    withdrawn: z.object({ amount }),
    closed: z.object({}),
  },
})
  .evolve({
    opened: (account) => account,
    deposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    withdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    closed: (account) => ({ ...account, closed: true }),
  })
  .commands({
    open: {
      on: "new",
      input: z.object({}),
      decide: (_account, _input, { emit }) => emit.opened({}),
    },
    deposit: {
      on: "any",
      input: z.object({ amount, note: z.string().max(200).default("") }),
      decide: (account, input, { emit, refuse }) =>
        account.closed
          ? refuse("account_closed", "A closed account takes no deposits.")
          : emit.deposited(input),
    },
    withdraw: {
      input: z.object({ amount }),
      decide: (account, input, { emit, refuse }) => {
        if (account.closed) return refuse("account_closed", "A closed account pays nothing out.");
        if (input.amount > account.balance)
          return refuse("insufficient_funds", `The account holds ${account.balance}.`);
        return emit.withdrawn(input);
      },
    },
    close: {
      input: z.object({}),
      decide: (account, _input, { emit }) => (account.closed ? [] : emit.closed({})),
    },
  });

export const balances = view("balances", {
  row: z.object({ account: z.string(), balance: z.int(), at: z.iso.datetime() }),
  key: ({ stream }) => stream.id,
  from: [account],
  on: {
    "account.opened": (_row, { stream, at }) => ({ account: stream.id, balance: 0, at }),
    "account.deposited": (row, { data, stream, at }) => ({
      account: stream.id,
      balance: (row?.balance ?? 0) + data.amount,
      at,
    }),
    "account.withdrawn": (row, { data, at }) => row && { ...row, balance: row.balance - data.amount, at },
    "account.closed": () => null,
  },
  filter: ["balance", "at"],
  sort: ["balance", "at"],
});

export const accounts = service("accounts", { entities: [account], views: [balances], public: true });
