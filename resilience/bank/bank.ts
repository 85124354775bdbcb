import { env } from "node:process";
import { entity, reactor, service, view, z } from "plinth";

/**
 * The service that is killed: everything that a model can have, and no rule that would hide a fault. Whatever is done
 * twice shows as a second event, a row that counts too much, a statement with an entry too many.
 */

const amount = z.int().positive();

export const account = entity("account", {
  state: z.object({ balance: z.int(), closed: z.boolean(), locker: z.string().nullable() }),
  initial: { balance: 0, closed: false, locker: null },
  stored: true,
  unique: { locker: ({ locker }) => locker },
  events: {
    deposited: z.object({ amount }),
    withdrawn: z.object({ amount }),
    sent: z.object({ amount, to: z.string() }),
    charged: z.object({ amount }),
    received: z.object({ amount, transfer: z.int() }),
    rented: z.object({ amount, locker: z.string() }),
    closed: z.object({}),
  },
})
  .evolve({
    deposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    withdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    sent: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    charged: (account) => ({ ...account, balance: account.balance - 1 }),
    received: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    rented: (account, { locker }) => ({ ...account, locker }),
    closed: (account) => ({ ...account, closed: true }),
  })
  .commands({
    deposit: {
      on: "any",
      input: z.object({ amount }),
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
    /** Two events, the second of which is the charge of 1: half a commit would show. */
    transfer: {
      input: z.object({ amount, to: z.string() }),
      decide: (account, input, { emit, refuse }) => {
        if (account.closed) return refuse("account_closed", "A closed account sends nothing.");
        if (input.amount + 1 > account.balance)
          return refuse("insufficient_funds", `The account holds ${account.balance}.`);
        return [emit.sent(input), emit.charged({ amount: input.amount })];
      },
    },
    receive: {
      on: "any",
      input: z.object({ amount, transfer: z.int() }),
      decide: (_account, input, { emit }) => emit.received(input),
    },
    /** A locker is one account's alone, until that takes another. */
    rent: {
      input: z.object({ amount, locker: z.string() }),
      decide: (account, input, { emit, refuse }) =>
        account.closed ? refuse("account_closed", "A closed account rents nothing.") : emit.rented(input),
    },
    close: {
      input: z.object({}),
      decide: (account, _input, { emit }) => (account.closed ? [] : emit.closed({})),
    },
  });

/** What the clerk has written down of an account's withdrawals: `entry` is the event's position. */
export const statement = entity("statement", {
  state: z.object({ entries: z.int(), total: z.int() }),
  initial: { entries: 0, total: 0 },
  events: { recorded: z.object({ entry: z.int(), amount }) },
})
  .evolve({
    recorded: ({ entries, total }, { amount }) => ({ entries: entries + 1, total: total + amount }),
  })
  .commands({
    record: {
      on: "any",
      input: z.object({ entry: z.int(), amount }),
      decide: (_statement, input, { emit }) => emit.recorded(input),
    },
  });

export const balances = view("balances", {
  row: z.object({ account: z.string(), balance: z.int() }),
  key: ({ stream }) => stream.id,
  from: [account],
  on: {
    "account.deposited": (row, { data, stream }) => changed(row, stream.id, data.amount),
    "account.withdrawn": (row, { data, stream }) => changed(row, stream.id, -data.amount),
    "account.sent": (row, { data, stream }) => changed(row, stream.id, -data.amount),
    "account.charged": (row, { stream }) => changed(row, stream.id, -1),
    "account.received": (row, { data, stream }) => changed(row, stream.id, data.amount),
    "account.closed": () => null,
  },
});

function changed(row: { balance: number } | null, account: string, by: number) {
  return { account, balance: (row?.balance ?? 0) + by };
}

/** Which branch an account is of: `e0-13` is of branch 5. */
const branchOf = (id: string) => `branch ${Number(id.split("-")[1]) % 8}`;

/** Another edition is another definition, so that the view is built anew. */
const edition = env.BANK_EDITION ?? "0";

/** Sums over many accounts and statements, in two shards. */
export const totals = view("totals", {
  row: z
    .object({ branch: z.string(), events: z.int(), held: z.int(), recorded: z.int() })
    .describe(`Edition ${edition}.`),
  key: ({ stream }) => branchOf(stream.id),
  from: [account, statement],
  on: {
    "account.deposited": (row, { data, stream }) => summed(row, stream.id, data.amount, 0),
    "account.withdrawn": (row, { data, stream }) => summed(row, stream.id, -data.amount, 0),
    "account.sent": (row, { data, stream }) => summed(row, stream.id, -data.amount, 0),
    "account.charged": (row, { stream }) => summed(row, stream.id, -1, 0),
    "account.received": (row, { data, stream }) => summed(row, stream.id, data.amount, 0),
    "statement.recorded": (row, { data, stream }) => summed(row, stream.id, 0, data.amount),
  },
  shards: 2,
});

type Total = { branch: string; events: number; held: number; recorded: number };

function summed(row: Total | null, id: string, held: number, recorded: number): Total {
  return {
    branch: branchOf(id),
    events: (row?.events ?? 0) + 1,
    held: (row?.held ?? 0) + held,
    recorded: (row?.recorded ?? 0) + recorded,
  };
}

/** Carries what was sent to where it goes. */
export const carrier = reactor("carrier", {
  from: [account],
  on: {
    "account.sent": async ({ data, position }, { send }) => {
      await send(account, "receive", { id: data.to, input: { amount: data.amount, transfer: position } });
    },
  },
  shards: 2,
});

/** A clerk who has found his glasses can read everything. */
const hasGlasses = env.BANK_CLERK === "glasses";

/**
 * Records withdrawals. Some of them he can read at the third look only, some never: they are parked, and the later
 * ones of their account wait behind them.
 */
export const clerk = reactor("clerk", {
  from: [account],
  on: {
    "account.withdrawn": async ({ data, stream, position }, { send, attempt }) => {
      if (data.amount % 61 === 7 && !hasGlasses) throw new Error("The clerk cannot read it.");
      if (data.amount % 20 === 3 && attempt < 3) throw new Error("The clerk has to look again.");
      await send(statement, "record", { id: stream.id, input: { entry: position, amount: data.amount } });
    },
  },
  key: ({ stream }) => stream.id,
  retries: { max: 3, minMs: 10, maxMs: 40 },
});

export default service("bank", {
  entities: [account, statement],
  views: [balances, totals],
  reactors: [carrier, clerk],
  public: true,
});
