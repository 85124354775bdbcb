import { entity, service, view, z } from "plinth";

/** Rounds of a computation that takes some milliseconds: what a machine can serve is then little enough to offer ten times. */
const ROUNDS = 600_000;

const amount = z.int().positive();

export const account = entity("account", {
  state: z.object({ balance: z.int(), checksum: z.int() }),
  initial: { balance: 0, checksum: 0 },
  stored: true,
  events: { deposited: z.object({ amount, checksum: z.int() }) },
})
  .evolve({
    deposited: (account, { amount, checksum }) => ({ balance: account.balance + amount, checksum }),
  })
  .commands({
    deposit: {
      on: "any",
      input: z.object({ amount }),
      decide: (account, { amount }, { emit }) =>
        emit.deposited({ amount, checksum: checksumOf(account.balance) }),
    },
  });

function checksumOf(seed: number): number {
  let sum = seed;
  for (let round = 0; round < ROUNDS; round++) sum = (Math.imul(sum, 31) + round) | 0;
  return sum;
}

export const balances = view("balances", {
  row: z.object({ account: z.string(), balance: z.int() }),
  key: ({ stream }) => stream.id,
  from: [account],
  on: {
    "account.deposited": (row, { data, stream }) => ({
      account: stream.id,
      balance: (row?.balance ?? 0) + data.amount,
    }),
  },
  filter: ["balance"],
  sort: ["balance"],
});

export default service("costly", { entities: [account], views: [balances], public: true });
