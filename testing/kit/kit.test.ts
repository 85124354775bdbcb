import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { actor, anonymous, entity, reactor, view, z } from "@plinth/model";
import { command, eventsOf, factsOf, found, given, NOW } from "./index.ts";

const account = entity("account", {
  state: z.object({ balance: z.int(), closed: z.boolean(), seen: z.string().optional() }),
  initial: { balance: 0, closed: false },
  events: {
    opened: z.object({ number: z.string() }),
    deposited: z.object({ amount: z.int().positive(), note: z.string().default("") }),
    closed: z.object({ at: z.string(), by: z.string() }),
  },
})
  .evolve({
    opened: (state) => state,
    deposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
    closed: (state) => ({ ...state, closed: true }),
  })
  .commands((command) => ({
    open: command({
      on: "new",
      input: z.object({}),
      decide: (_state, _input, { emit, id }) => emit.opened({ number: id() }),
    }),
    deposit: command({
      on: "any",
      input: z.object({ amount: z.int(), note: z.string().max(5).optional() }),
      allow: ({ actor, state }) => actor.has("accounts:write") && !state?.closed,
      decide: (state, { amount }, { emit, refuse }) =>
        state.closed ? refuse("account_closed", "It is closed.") : emit.deposited({ amount }),
    }),
    close: command({
      input: z.object({}),
      decide: (state, _input, { emit, now, actor }) =>
        state.closed ? [] : emit.closed({ at: now, by: actor.id }),
    }),
    sweep: command({
      input: z.object({}),
      facts: () => ({ limit: 1 }),
      decide: (_state, _input, { emit, facts }) => emit.deposited({ amount: facts.limit }),
    }),
    gamble: command({
      input: z.object({}),
      decide: (_state, _input, { emit }) => emit.deposited({ amount: Math.ceil(Math.random() * 1e9) }),
    }),
    spoil: command({
      input: z.object({}),
      decide: (state) => {
        state.balance = 1_000_000;
        return [];
      },
    }),
  }));

const { opened, deposited, closed } = eventsOf(account);

const balances = view("balances", {
  row: z.object({ balance: z.int().max(100), at: z.string() }),
  key: ({ stream }) => stream.id,
  from: [account],
  on: {
    "account.deposited": (row, { data, at }) => ({ balance: (row?.balance ?? 0) + data.amount, at }),
    "account.closed": () => null,
  },
});

const thanks = reactor("thanks", {
  from: [account],
  on: {
    "account.deposited": async ({ stream, data }, { send, effect, attempt }) => {
      const receipt = await effect("receipt", async () => ({ number: 0 }));
      await send(account, "deposit", { id: stream.id, input: { amount: receipt.number + attempt } });
      if (data.amount > 100) await send(account, "open", { input: {} });
      if (data.amount > 1000) await send(account, "deposit", { id: stream.id, input: { amount: 0.5 } });
    },
  },
});

/** Fails with these words, and says so at the line in this file. */
function fails(expectation: () => unknown, message: RegExp): void {
  assert.throws(expectation, (error: Error) => {
    assert.equal(error.name, "AssertionError");
    assert.match(error.message, message);
    assert.match(error.stack?.split("\n    at ")[1] ?? "", /kit\.test\.ts/, "the stack begins in the test");
    return true;
  });
}

describe("given an entity", () => {
  it("expects events and state", () => {
    given(account, deposited({ amount: 5 }))
      .when("deposit", { amount: 2 })
      .thenEvents(deposited({ amount: 2 }))
      .thenState({ balance: 7, closed: false });
    given(account, closed({ at: NOW, by: "ada" }))
      .when("close", {})
      .thenEvents();
    given(account, deposited({ amount: 5 })).thenState({ balance: 5, closed: false });
  });

  it("fails on other events or another state, and shows the difference", () => {
    const decided = given(account).when("deposit", { amount: 2 });
    fails(
      () => decided.thenEvents(deposited({ amount: 3 })),
      /account\.deposit emitted other events.*amount: 2/s,
    );
    fails(() => decided.thenEvents(), /emitted other events/);
    fails(() => decided.thenEvents(deposited({ amount: 2, note: "x" })), /note: 'x'/);
    fails(() => decided.thenState({ balance: 3, closed: false }), /led to another state.*balance: 2/s);
    fails(() => given(account).thenState({ balance: 1, closed: false }), /account is in another state/);
  });

  it("expects refusals of the domain", () => {
    const decided = given(account, closed({ at: NOW, by: "ada" })).when("deposit", { amount: 1 });
    decided.thenRefused("account_closed").thenRefused("account_closed", "It is closed.");
    fails(() => decided.thenRefused("insufficient_funds"), /was refused: It is closed/);
    fails(() => decided.thenRefused("account_closed", "No."), /refused in other words/);
    fails(() => decided.thenEvents(), /was refused with "account_closed": It is closed/);
    fails(
      () => given(account).when("deposit", { amount: 1 }).thenRefused("x"),
      /not refused: it emitted deposited/,
    );
  });

  it("checks the input as the service does", () => {
    const wrong = given(account).when("deposit", { amount: 0.5, note: "too long", colour: "red" } as never);
    wrong.thenInvalid("amount", "note", "colour").thenRefused("invalid_argument");
    fails(() => wrong.thenInvalid("amount"), /found fault elsewhere/);
    fails(() => given(account).when("deposit", { amount: 1 }).thenInvalid("amount"), /was not refused/);
  });

  it("knows which entities exist", () => {
    given(account).when("close", {}).thenRefused("not_found");
    given(account, opened({ number: "1" }))
      .when("open", {})
      .thenRefused("already_exists");
  });

  it("asks the policy where an actor is named, and denies by default", () => {
    const as = (one = anonymous) => ({ actor: one });
    given(account).when("deposit", { amount: 1 }, as()).thenRefused("permission_denied");
    given(account)
      .when("deposit", { amount: 1 }, as(actor("ada", ["accounts:write"])))
      .thenEvents(deposited({ amount: 1 }));
    given(account)
      .when("open", {}, as(actor("ada", ["accounts:write"])))
      .thenRefused("permission_denied");
  });

  it("hands in time, ids, actor and facts", () => {
    const first = "00000000-0000-7000-8000-000000000002";
    given(account)
      .when("open", {})
      .thenEvents(opened({ number: first }));
    given(account)
      .when("open", {}, { ids: ["id", "number"] })
      .thenEvents(opened({ number: "number" }));
    assert.throws(() => given(account).when("open", {}, { ids: ["id"] }), /hands in 1 ids, and more/);
    given(account, opened({ number: "1" }))
      .when("close", {}, { now: "2030-01-01T00:00:00.000Z" })
      .thenEvents(closed({ at: "2030-01-01T00:00:00.000Z", by: "plinth:test" }));
    given(account, opened({ number: "1" }))
      .when("sweep", {}, { facts: { limit: 9 } })
      .thenEvents(deposited({ amount: 9 }));
    fails(() => given(account).when("sweep", {}), /sweep reads facts: hand them in/);
  });

  it("finds decisions that are not pure", () => {
    const open = given(account, opened({ number: "1" }));
    fails(() => open.when("gamble", {}), /account\.gamble is not pure/);
    assert.throws(() => open.when("spoil", {}), /Cannot assign to read only property 'balance'/);
  });

  it("refuses what cannot have happened", () => {
    fails(() => deposited({ amount: -1 }), /account\.deposited cannot have happened: amount: /);
    fails(
      () => given(account, deposited({ amount: 1 }, { id: "a" }), deposited({ amount: 1 }, { id: "b" })),
      /not of one entity: account "a", account "b"/,
    );
    assert.throws(
      () => given(account).when("deposit", { amount: -1 }),
      /"account\.deposited" was emitted with amount/,
    );
  });

  it("types events, commands and inputs", () => {
    // @ts-expect-error: no such command
    fails(() => given(account).when("withdraw", {}), /Entity "account" has no command "withdraw"/);
    // @ts-expect-error: amount is a number
    fails(() => deposited({ amount: "1" }), /amount/);
    // @ts-expect-error: amount is missing
    given(account).when("deposit", {}).thenInvalid("amount");
  });
});

describe("given a view", () => {
  const later = "2026-02-01T00:00:00.000Z";
  const some = [deposited({ amount: 5 }, { id: "a" }), deposited({ amount: 2 }, { id: "a", at: later })];

  it("expects rows", () => {
    given(balances, ...some, opened({ number: "1" }, { id: "b" }))
      .thenRow("a", { balance: 7, at: later })
      .thenRow("b", null)
      .thenRows({ a: { balance: 7, at: later } });
    given(balances, ...some, closed({ at: NOW, by: "ada" }, { id: "a" }))
      .thenRow("a", null)
      .thenRows({});
  });

  it("fails on other rows, and shows the difference", () => {
    const view = given(balances, ...some);
    fails(() => view.thenRow("a", { balance: 8, at: later }), /balances has another row "a".*balance: 7/s);
    fails(() => view.thenRow("a", null), /another row/);
    fails(() => view.thenRows({}), /balances has other rows/);
  });

  it("refuses a row that is not of its schema, and events that it never sees", () => {
    fails(
      () => given(balances, deposited({ amount: 101 })),
      /not one of its own on account\.deposited: balance: /,
    );
    fails(
      () => given(balances, { type: "person.born", data: {}, origin: {} }),
      /View "balances" does not read person/,
    );
  });
});

describe("given a reactor", () => {
  const world = { effects: { receipt: () => ({ number: 7 }) } };
  const event = (amount: number) => deposited({ amount }, { id: "ada" });

  it("expects the commands that it sends and the effects that it has", async () => {
    const reacted = await given(thanks, world).when(event(200));
    reacted
      .thenSent(
        command(account, "deposit", { id: "ada", input: { amount: 8 } }),
        command(account, "open", { input: {} }),
      )
      .thenDid("receipt");
    fails(() => reacted.thenSent(), /thanks sent other commands/);
    fails(() => reacted.thenDid(), /thanks had other effects/);
    fails(() => reacted.thenFailed("x"), /thanks did not fail/);
  });

  it("has real effects where the test says so", async () => {
    const reacted = await given(thanks, { effects: "real" }).when(event(1));
    reacted.thenDid("receipt").thenSent(command(account, "deposit", { id: "ada", input: { amount: 1 } }));
  });

  it("tells the attempt, and one key to all of them", async () => {
    const keys: string[] = [];
    const effects = {
      receipt: ({ key, signal }: { key: string; signal: AbortSignal }) => {
        keys.push(key);
        return { number: signal.aborted ? 1 : 0 };
      },
    };
    for (const attempt of [1, 2]) {
      const reacted = await given(thanks, { effects, attempt }).when(event(1));
      reacted.thenSent(command(account, "deposit", { id: "ada", input: { amount: attempt } }));
    }
    assert.equal(new Set(keys).size, 1);
  });

  it("expects failures: refusals, inputs that are not valid, effects that nothing stands in for", async () => {
    const refused = await given(thanks, { ...world, refuses: { "account.deposit": "account_closed" } }).when(
      event(1),
    );
    refused.thenFailed("account_closed");
    fails(() => refused.thenSent(), /thanks failed: The test has account\.deposit refused/);
    fails(() => refused.thenFailed("other"), /thanks failed otherwise/);
    (await given(thanks, world).when(event(2000))).thenFailed("invalid_argument");
    const bare = await given(thanks).when(event(1));
    bare.thenFailed('Nothing stands in for the effect "receipt": { effects: { receipt: ... } }.');
  });

  it("does not answer other events", async () => {
    await assert.rejects(given(thanks).when(opened({ number: "1" })), /does not answer account\.opened/);
  });
});

describe("facts", () => {
  const seat = entity("seat", {
    state: z.object({ holder: z.string().nullable() }),
    initial: { holder: null },
    events: { taken: z.object({ by: z.string() }) },
  })
    .evolve({ taken: (_state, { by }) => ({ holder: by }) })
    .commands((command) => ({
      take: command({
        on: "any",
        input: z.object({ account: z.string() }),
        facts: async ({ read, self, input, id }) => ({
          neighbour: (await read(self, "12B"))?.state.holder ?? null,
          row: await read(balances, input.account),
          payer: await read(account, input.account, { consistent: true }),
          id,
        }),
        decide: (_seat, input, { emit, refuse, facts }) =>
          (facts.row?.balance ?? 0) < 10
            ? refuse("too_poor", "It costs 10.")
            : emit.taken({ by: input.account }),
      }),
      leave: command({ input: z.object({}), decide: () => [] }),
    }));
  const { taken } = eventsOf(seat);
  const row = { balance: 12, at: NOW };

  it("find what the test says that there is, and nothing else", async () => {
    const finds = [
      found(balances, "ada", row),
      found(account, "ada", { balance: 12, closed: false }),
      found(seat, "12B", { holder: "eve" }),
    ];
    const { facts, consistent } = await factsOf(seat, "take", { account: "ada" }, finds, { id: "12A" });
    assert.deepEqual(facts, {
      neighbour: "eve",
      row,
      payer: { id: "ada", version: 1, state: { balance: 12, closed: false } },
      id: "12A",
    });
    assert.deepEqual(consistent, ["account/ada"]);
    given(seat)
      .when("take", { account: "ada" }, { facts })
      .thenEvents(taken({ by: "ada" }));

    const other = await factsOf(seat, "take", { account: "bob" }, finds);
    assert.deepEqual(other.facts, { neighbour: "eve", row: null, payer: null, id: "seat-1" });
    given(seat).when("take", { account: "bob" }, other).thenRefused("too_poor");
  });

  it("are refused where they cannot be, or where nobody asks for them", async () => {
    fails(() => found(balances, "ada", { balance: 101, at: NOW }), /balances cannot be so: balance: /);
    await assert.rejects(factsOf(seat, "leave", {}), /seat\.leave reads no facts/);
    await assert.rejects(factsOf(seat, "take", { account: 1 as never }), { code: "invalid_argument" });
  });
});

it("takes microseconds, so that thousands of them run as one", () => {
  const started = performance.now();
  for (let times = 0; times < 1000; times++)
    given(account, deposited({ amount: 5 }))
      .when("deposit", { amount: 2 })
      .thenEvents(deposited({ amount: 2 }));
  assert.ok(performance.now() - started < 2000, "a thousand in well under two seconds, on a busy machine");
});
