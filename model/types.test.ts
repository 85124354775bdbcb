/**
 * What the compiler must infer with no annotation, and what it must refuse. The last test compiles this file: a
 * `@ts-expect-error` that nothing answers fails it, and so does a type that is not the one expected.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type AnyCommand,
  type Entity,
  type Event,
  type EventOf,
  entity,
  type InputOf,
  ModelError,
  reactor,
  type Sent,
  type Service,
  service,
  type Versioned,
  type View,
  view,
  z,
} from "./index.ts";

type Equal<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;

/** Compiles only where the two types are the same: `same<Left, Right>(true)`. */
function same<Left, Right>(_verdict: Equal<Left, Right>): void {}

interface Balance {
  balance: number;
  closed: boolean;
}

const draft = entity("account", {
  state: z.object({ balance: z.int(), closed: z.boolean() }),
  initial: { balance: 0, closed: false },
  stored: true,
  events: {
    deposited: z.object({ amount: z.int(), note: z.string().default("") }),
    closed: z.object({}),
  },
  unique: {
    zero: (state) => {
      same<typeof state, Balance>(true);
      return null;
    },
  },
  allow: ({ actor, state }) => {
    same<typeof state, Balance | null>(true);
    return actor.has("accounts:read");
  },
  filter: ["balance"],
});

const evolving = draft.evolve({
  deposited: (state, data, { at, version }) => {
    same<typeof state, Balance>(true);
    same<typeof data, { amount: number; note: string }>(true);
    same<[typeof at, typeof version], [string, number]>(true);
    return { ...state, balance: state.balance + data.amount };
  },
  closed: (state) => ({ ...state, closed: true }),
});

const account = evolving.commands({
  deposit: {
    on: "any",
    input: z.object({ amount: z.coerce.number<string>(), note: z.string().optional() }),
    allow: ({ state, input, id }) => {
      same<typeof state, Balance | null>(true);
      same<typeof input, { amount: number; note?: string | undefined }>(true);
      return id !== "";
    },
    decide: (state, input, { emit, refuse, now, id, stream }) => {
      same<typeof state, Balance>(true);
      same<typeof input, { amount: number; note?: string | undefined }>(true);
      same<[typeof now, ReturnType<typeof id>, typeof stream.id], [string, string, string]>(true);
      same<Parameters<typeof emit.deposited>, [{ amount: number; note?: string | undefined }]>(true);
      return state.closed ? refuse("account_closed", "Closed.") : emit.deposited({ amount: input.amount });
    },
  },
  close: { input: z.object({}), decide: (_state, _input, { emit }) => emit.closed({}) },
});

const person = entity("person", {
  state: z.object({ name: z.string() }),
  initial: { name: "" },
  events: { named: z.object({ name: z.string() }) },
})
  .evolve({ named: (_state, { name }) => ({ name }) })
  .commands({ rename: { input: z.object({ name: z.string() }), decide: () => [] } });

const balances = view("balances", {
  row: z.object({ balance: z.int(), at: z.string() }),
  from: [account, person],
  key: (event) => {
    same<typeof event.type, "account.deposited" | "account.closed" | "person.named">(true);
    return event.type === "person.named" ? event.data.name : event.stream.id;
  },
  on: {
    "account.deposited": (row, event) => {
      same<typeof row, { balance: number; at: string } | null>(true);
      same<typeof event, Event<"account.deposited", { amount: number; note: string }>>(true);
      return { balance: event.data.amount, at: event.at };
    },
    "person.named": (row, { data }) => {
      same<typeof data, { name: string }>(true);
      return row;
    },
  },
  filter: ["balance"],
  sort: ["at"],
});

it("a model infers every type by itself", () => {
  type AccountShape = typeof account extends Entity<infer Shape> ? Shape : never;
  same<AccountShape["name"], "account">(true);
  same<keyof typeof account.commands, "deposit" | "close">(true);
  same<typeof account.commands.deposit, AnyCommand>(true);
  same<typeof account.initial, Balance>(true);
  same<
    EventOf<AccountShape>,
    | Event<"account.deposited", { amount: number; note: string }>
    | Event<"account.closed", Record<string, never>>
  >(true);
  same<InputOf<AccountShape, "deposit">, { amount: string; note?: string | undefined }>(true);
  same<typeof balances, View<{ balance: number; at: string }>>(true);

  const bank = service("bank", { entities: [account, person], views: [balances] });
  same<typeof bank, Service>(true);
  assert.equal(bank.entities.length, 2);
});

it("decide knows what its own facts have read", () => {
  const { commands } = evolving.commands((command) => ({
    deposit: command({
      input: z.object({ from: z.string() }),
      facts: async ({ read, self, input, id, actor }) => {
        const other = await read(self, input.from);
        same<typeof other, Versioned<Balance> | null>(true);
        same<[typeof input, typeof id, typeof actor.id], [{ from: string }, string, string]>(true);
        const payer = await read(person, input.from, { consistent: true });
        same<typeof payer, Versioned<{ name: string }> | null>(true);
        const row = await read(balances, id);
        same<typeof row, { balance: number; at: string } | null>(true);
        return { payer, limit: 3 };
      },
      decide: (_state, input, { emit, facts }) => {
        same<typeof input, { from: string }>(true);
        same<typeof facts, { payer: Versioned<{ name: string }> | null; limit: number }>(true);
        return emit.deposited({ amount: facts.limit });
      },
    }),
    close: command({
      input: z.object({ when: z.string() }),
      facts: () => "plain",
      decide: (_state, _input, { facts }) => {
        same<typeof facts, string>(true);
        return [];
      },
    }),
  }));
  assert.deepEqual(Object.keys(commands), ["deposit", "close"]);
});

it("a reactor knows its events, and what the commands that it sends take", () => {
  const welcome = reactor("welcome", {
    from: [account],
    on: {
      "account.deposited": async (event, { send, effect, attempt }) => {
        same<typeof event, Event<"account.deposited", { amount: number; note: string }>>(true);
        const sent = await send(account, "deposit", { id: event.stream.id, input: { amount: "5" } });
        same<typeof sent, Sent>(true);
        const answer = await effect("call", async ({ key, signal }) => ({ key, signal, attempt }));
        same<typeof answer, { key: string; signal: AbortSignal; attempt: number }>(true);
        // @ts-expect-error: no such command
        await send(account, "depositt", { id: "1", input: { amount: "5" } });
        // @ts-expect-error: the command takes a text
        await send(account, "deposit", { id: "1", input: { amount: 5 } });
        // @ts-expect-error: an input is missing
        await send(account, "deposit", { id: "1" });
      },
    },
  });
  assert.deepEqual(welcome.from, [account]);
});

it("initial is a state", () => {
  entity("account", {
    state: z.object({ balance: z.int() }),
    // @ts-expect-error: balance is a number
    initial: { balance: "0" },
    events: {},
  });
});

it("evolve leaves no event out, and makes none up", () => {
  // @ts-expect-error: "closed" is missing
  assert.throws(() => draft.evolve({ deposited: (state) => state }), ModelError);
  assert.throws(
    () =>
      draft.evolve({
        deposited: (state) => state,
        closed: (state) => state,
        // @ts-expect-error: no such event
        opened: (state: Balance) => state,
      }),
    ModelError,
  );
});

it("evolve gives a whole state", () => {
  // @ts-expect-error: "closed" is missing from the state
  draft.evolve({ deposited: () => ({ balance: 1 }), closed: (state) => state });
});

it("decide emits known events with right data", () => {
  const { commands } = evolving.commands({
    deposit: {
      input: z.object({ amount: z.int() }),
      decide: (state, input, { emit }) => {
        // @ts-expect-error: no such event
        emit.withdrawn;
        // @ts-expect-error: amount is a number
        const wrong = () => emit.deposited({ amount: "5" });
        // @ts-expect-error: amount is missing
        const missing = () => emit.deposited({});
        // @ts-expect-error: no such field in the input
        input.currency;
        // @ts-expect-error: no such field in the state
        state.owner;
        return [wrong, missing].length === 0 ? [] : [emit.deposited(input)];
      },
    },
  });
  assert.ok(commands.deposit);
});

it("decide answers with a decision", () => {
  evolving.commands({
    // @ts-expect-error: a text is no decision
    deposit: { input: z.object({}), decide: () => "done" },
  });
  evolving.commands({
    // @ts-expect-error: decide is pure, and cannot wait
    deposit: { input: z.object({}), decide: async () => [] },
  });
});

it("a command runs on existing, new or any entities", () => {
  evolving.commands({
    // @ts-expect-error: "all" is none of them
    deposit: { on: "all", input: z.object({}), decide: () => [] },
  });
});

it("a policy answers yes or no", () => {
  evolving.commands({
    // @ts-expect-error: a text is no answer
    deposit: { input: z.object({}), allow: () => "yes", decide: () => [] },
  });
});

const row = z.object({ balance: z.int() });
const key = () => null;

it("a view handles event types of its entities", () => {
  assert.throws(
    // @ts-expect-error: no such event
    () => view("balances", { row, key, from: [account], on: { "account.opened": () => null } }),
    ModelError,
  );
  assert.throws(
    // @ts-expect-error: an event of another entity
    () => view("balances", { row, key, from: [account], on: { "person.named": () => null } }),
    ModelError,
  );
});

it("a view makes rows of its schema", () => {
  // @ts-expect-error: balance is a number
  view("balances", { row, key, from: [account], on: { "account.closed": () => ({ balance: "0" }) } });
});

it("filters and sorts are fields of the row or state", () => {
  assert.throws(
    // @ts-expect-error: no such field
    () => view("balances", { row, key, from: [account], on: {}, filter: ["owner"] }),
    ModelError,
  );
  assert.throws(
    // @ts-expect-error: no such field
    () => view("balances", { row, key, from: [account], on: {}, sort: ["owner"] }),
    ModelError,
  );
  const options = { state: row, initial: { balance: 0 }, events: {}, stored: true };
  assert.throws(
    // @ts-expect-error: no such field
    () => entity("account", { ...options, filter: ["owner"] }),
    ModelError,
  );
});

it("a reactor handles event types of its entities", () => {
  assert.throws(
    // @ts-expect-error: no such event
    () => reactor("welcome", { from: [account], on: { "account.opened": () => {} } }),
    ModelError,
  );
});

it("a service is made of entities and views, each in its place", () => {
  // @ts-expect-error: a view is no entity
  assert.throws(() => service("bank", { entities: [balances] }), Error);
});

it("all of this holds: the compiler says so", async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin/tsc"), ["--noEmit"], {
    cwd: root,
  }).catch((error) => error);
  assert.deepEqual(
    stdout.split("\n").filter((line: string) => /^(model\/|error )/.test(line)),
    [],
  );
});
