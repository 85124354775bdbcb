import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import { entity, service, z } from "@plinth/model";
import type { Commit, Log, PlinthError, Store } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { callerOf, everyone, fixture, nobody } from "./service.fixture.ts";

const account = entity("account", {
  state: z.object({ balance: z.int(), email: z.string().nullable() }),
  initial: { balance: 0, email: null },
  stored: true,
  unique: { email: (state) => state.email },
  allow: ({ actor }) => actor.has("accounts:read"),
  events: {
    opened: z.object({ email: z.string().nullable() }),
    deposited: z.object({ amount: z.int() }),
    withdrawn: z.object({ amount: z.int() }),
  },
})
  .evolve({
    opened: (state, { email }) => ({ ...state, email }),
    deposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
    withdrawn: (state, { amount }) => ({ ...state, balance: state.balance - amount }),
  })
  .commands((command) => ({
    open: command({
      on: "new",
      input: z.object({ email: z.string().nullable().default(null) }),
      allow: ({ actor }) => actor.has("accounts:write"),
      decide: (_state, input, { emit }) => emit.opened(input),
    }),
    deposit: command({
      on: "any",
      input: z.object({ amount: z.int().positive() }),
      allow: ({ actor }) => actor.has("accounts:write"),
      decide: (_state, input, { emit }) => emit.deposited(input),
    }),
    withdraw: command({
      input: z.object({ amount: z.int().positive() }),
      allow: ({ actor }) => actor.has("accounts:write"),
      decide: (state, input, { emit, refuse }) =>
        input.amount > state.balance ? refuse("insufficient_funds", "Too little.") : emit.withdrawn(input),
    }),
    touch: command({
      input: z.object({}),
      allow: () => true,
      decide: () => [],
    }),
    secret: command({ input: z.object({}), decide: () => [] }),
    transferOut: command({
      input: z.object({ to: z.string(), amount: z.int() }),
      allow: () => true,
      facts: async ({ read, self, input }) => ({ target: await read(self, input.to, { consistent: true }) }),
      decide: (_state, input, { emit, refuse, facts }) =>
        facts.target
          ? emit.withdrawn({ amount: input.amount })
          : refuse("no_target", "There is no such account."),
    }),
    openFor: command({
      on: "new",
      input: z.object({ sponsor: z.string() }),
      allow: () => true,
      facts: async ({ read, self, input }) => ({ sponsor: await read(self, input.sponsor) }),
      decide: (_state, _input, { emit }) => emit.opened({ email: null }),
    }),
  }));

const bank = service("bank", { entities: [account] });

test("a command is answered with id, version, position and state", async () => {
  const { run } = await fixture(bank);
  const opened = await run("account.open", null, {});
  assert.deepEqual([opened.version, opened.position, opened.created, opened.repeated], [1, 1, true, false]);
  const deposited = await run("account.deposit", opened.id, { amount: 5 });
  assert.deepEqual([deposited.version, deposited.position, deposited.created], [2, 2, false]);
  assert.deepEqual(JSON.parse(deposited.state!), { balance: 5, email: null });
});

test("without a policy a command is refused", async () => {
  const { run } = await fixture(bank);
  const { id } = await run("account.open", null, {});
  await assert.rejects(run("account.secret", id, {}), { code: "permission_denied" });
  await assert.rejects(run("account.deposit", id, { amount: 1 }, { by: nobody }), {
    code: "permission_denied",
  });
});

test("a policy that looks at the state sees what is committed, and hides what does not exist", async () => {
  const note = entity("note", {
    state: z.object({ owner: z.string() }),
    initial: { owner: "" },
    events: { written: z.object({ owner: z.string() }), read: z.object({}) },
  })
    .evolve({ written: (_state, { owner }) => ({ owner }), read: (state) => state })
    .commands({
      write: {
        on: "any",
        input: z.object({}),
        allow: ({ state, actor }) => state === null || state.owner === actor.id,
        decide: (_state, _input, { emit, actor }) => emit.written({ owner: actor.id }),
      },
      read: {
        input: z.object({}),
        allow: ({ state, actor }) => state?.owner === actor.id,
        decide: (_state, _input, { emit }) => emit.read({}),
      },
    });
  const { run } = await fixture(service("notes", { entities: [note] }));
  const results = await Promise.allSettled([
    run("note.write", "a", {}, { by: nobody }),
    run("note.write", "a", {}),
    run("note.read", "a", {}, { by: nobody }),
    run("note.read", "b", {}),
  ]);
  const codes = results.map((result) => (result.status === "rejected" ? result.reason.code : "accepted"));
  assert.deepEqual(codes, ["accepted", "permission_denied", "accepted", "permission_denied"]);
});

test("a public service allows what has no policy", async () => {
  const { run } = await fixture(service("bank", { entities: [account], public: true }));
  const { id } = await run("account.open", null, {});
  assert.equal((await run("account.secret", id, {})).version, 1);
  await assert.rejects(run("account.deposit", id, { amount: 1 }, { by: nobody }), {
    code: "permission_denied",
  });
});

test("the state is left out where the actor may not read it", async () => {
  const { run } = await fixture(bank);
  const writer = { id: "writer", tenant: "main", has: (scope: string) => scope === "accounts:write" };
  assert.equal((await run("account.open", null, {}, { by: writer })).state, null);
});

test("invalid input names every fault and changes nothing", async () => {
  const { run, store } = await fixture(bank);
  await assert.rejects(run("account.deposit", "a", { amount: -1, extra: 1 }), (error: PlinthError) => {
    assert.equal(error.code, "invalid_argument");
    assert.deepEqual(
      error.errors.map(({ path }) => path),
      ["amount", "extra"],
    );
    return true;
  });
  await assert.rejects(run("account.deposit", "", { amount: 1 }), { code: "invalid_argument" });
  await assert.rejects(run("account.deposit", "a\u0000b", { amount: 1 }), { code: "invalid_argument" });
  assert.equal(await store.log.head(), 0);
});

test("existing, new and any are told apart", async () => {
  const { run } = await fixture(bank);
  await assert.rejects(run("account.withdraw", "a", { amount: 1 }), { code: "not_found" });
  await run("account.open", "a", {});
  await assert.rejects(run("account.open", "a", {}), { code: "already_exists" });
  assert.equal((await run("account.deposit", "b", { amount: 1 })).created, true);
});

test("a repeat gets the first answer, and takes no effect", async () => {
  const { run, store } = await fixture(bank);
  const first = await run("account.deposit", "a", { amount: 5 }, { key: "k" });
  await run("account.deposit", "a", { amount: 7 });
  const again = await run("account.deposit", "a", { amount: 5 }, { key: "k" });
  assert.deepEqual(again, { ...first, repeated: true });
  assert.equal(await store.log.head(), 2);
});

test("a repeat of a command on a new entity finds the entity that the first made", async () => {
  const { run } = await fixture(bank);
  const first = await run("account.open", null, {}, { key: "k" });
  assert.deepEqual(await run("account.open", null, {}, { key: "k" }), { ...first, repeated: true });
});

test("a repeat gets the first answer though it would be objected to by now", async () => {
  const { run } = await fixture(bank);
  const first = await run("account.deposit", "a", { amount: 5 }, { key: "k", ifVersion: 0 });
  const again = await run("account.deposit", "a", { amount: 5 }, { key: "k", ifVersion: 0 });
  assert.equal(again.version, first.version);
});

test("a refusal is the first answer too", async () => {
  const { run } = await fixture(bank);
  await run("account.open", "a", {});
  const withdraw = () => run("account.withdraw", "a", { amount: 5 }, { key: "k" });
  await assert.rejects(withdraw(), { name: "RefusedError", code: "insufficient_funds" });
  await run("account.deposit", "a", { amount: 5 });
  await assert.rejects(withdraw(), { name: "RefusedError", code: "insufficient_funds" });
});

test("a key with another payload, command or entity is refused; another actor's key is another key", async () => {
  const { run } = await fixture(bank);
  await run("account.deposit", "a", { amount: 5 }, { key: "k" });
  await assert.rejects(run("account.deposit", "a", { amount: 6 }, { key: "k" }), {
    code: "idempotency_key_reused",
  });
  await assert.rejects(run("account.deposit", "b", { amount: 5 }, { key: "k" }), {
    code: "idempotency_key_reused",
  });
  await assert.rejects(run("account.open", "a", {}, { key: "k" }), { code: "idempotency_key_reused" });
  const other = { ...everyone, id: "other" };
  assert.equal((await run("account.deposit", "a", { amount: 6 }, { key: "k", by: other })).version, 2);
});

test("repeats that arrive together take effect once", async () => {
  const { run, store } = await fixture(bank);
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => run("account.deposit", "a", { amount: 5 }, { key: "k" })),
  );
  assert.equal(await store.log.head(), 1);
  assert.deepEqual(new Set(replies.map(({ version }) => version)), new Set([1]));
  assert.equal(replies.filter(({ repeated }) => !repeated).length, 1);
});

test("a repeat that arrives while the first is under way gets its answer, whatever the first has changed", async () => {
  const { run, store } = await fixture(bank);
  const twice = async (command: () => Promise<{ position: number; repeated: boolean }>) => {
    const [first, second] = await Promise.all([command(), command()]);
    assert.deepEqual(second, { ...first, repeated: true });
  };
  await twice(() => run("account.open", "a", {}, { key: "open" }));
  await twice(() => run("account.open", null, {}, { key: "open another" }));
  await twice(() => run("account.deposit", "a", { amount: 5 }, { key: "deposit", ifVersion: 1 }));
  await twice(() => run("account.withdraw", "a", { amount: 5 }, { key: "withdraw" }));
  await twice(() => run("account.openFor", "b", { sponsor: "a" }, { key: "open for" }));
  assert.equal(await store.log.head(), 5);
});

test("the client's expected version is checked", async () => {
  const { run } = await fixture(bank);
  await run("account.open", "a", {});
  await assert.rejects(run("account.deposit", "a", { amount: 1 }, { ifVersion: 2 }), {
    code: "version_conflict",
  });
  assert.equal((await run("account.deposit", "a", { amount: 1 }, { ifVersion: 1 })).version, 2);
});

test("commands of one entity that arrive together are all decided, each on the one before", async () => {
  const { run, runtime } = await fixture(bank);
  await run("account.deposit", "a", { amount: 10 });
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, () => run("account.withdraw", "a", { amount: 1 })),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 10);
  for (const result of results)
    if (result.status === "rejected") assert.equal(result.reason.code, "insufficient_funds");
  const { state, version } = await runtime.operations.get({
    caller: callerOf(everyone),
    atLeast: 0,
    entity: "account",
    id: "a",
  });
  assert.deepEqual([JSON.parse(state).balance, version], [0, 11]);
});

test("new entities of one id that arrive together: exactly one wins", async () => {
  const { run } = await fixture(bank);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => run("account.open", "a", {})));
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  for (const result of results)
    if (result.status === "rejected") assert.equal(result.reason.code, "already_exists");
});

test("a stale cache is decided anew: two processes on one store never both win a version", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const one = await fixture(bank, { store, clock, seed: 1 });
  const two = await fixture(bank, { store, clock, seed: 2 });
  await one.run("account.deposit", "a", { amount: 20 });
  const withdrawals = Array.from({ length: 60 }, (_, index) =>
    (index % 2 ? one : two).run("account.withdraw", "a", { amount: 1 }),
  );
  const results = await Promise.allSettled(withdrawals);
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 20);
  const { state } = await two.runtime.operations.get({
    caller: callerOf(everyone),
    atLeast: 0,
    entity: "account",
    id: "a",
  });
  assert.equal(JSON.parse(state).balance, 0);
});

test("a unique value has one holder, also among commands that arrive together", async () => {
  const { run } = await fixture(bank);
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => run("account.open", null, { email: "a@example.org" })),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  for (const result of results)
    if (result.status === "rejected") assert.equal(result.reason.code, "email_taken");
  const other = { ...everyone, tenant: "other" };
  assert.equal((await run("account.open", null, { email: "a@example.org" }, { by: other })).version, 1);
});

test("a value that was taken is the first answer to its command id", async () => {
  const { run } = await fixture(bank);
  await run("account.open", "a", { email: "a@example.org" });
  const open = () => run("account.open", "b", { email: "a@example.org" }, { key: "k" });
  await assert.rejects(open(), { code: "email_taken" });
  await assert.rejects(open(), { code: "email_taken" });
});

test("facts read as consistent hold when the commit is judged", async () => {
  const { run } = await fixture(bank);
  await run("account.deposit", "a", { amount: 5 });
  await assert.rejects(run("account.transferOut", "a", { to: "b", amount: 5 }), { code: "no_target" });
  await run("account.open", "b", {});
  assert.equal((await run("account.transferOut", "a", { to: "b", amount: 5 })).version, 2);
});

test("what became true while facts were read speaks against a command too", async () => {
  const { run } = await fixture(bank);
  const codes = (settled: readonly PromiseSettledResult<unknown>[]) =>
    settled.map((result) => (result.status === "rejected" ? result.reason.code : "accepted"));
  const open = () => run("account.openFor", "b", { sponsor: "a" });
  assert.deepEqual(codes(await Promise.allSettled([open(), open()])), ["accepted", "already_exists"]);
  await run("account.deposit", "a", { amount: 9 });
  const transfer = () => run("account.transferOut", "a", { to: "b", amount: 1 }, { ifVersion: 1 });
  assert.deepEqual(codes(await Promise.allSettled([transfer(), transfer()])), [
    "accepted",
    "version_conflict",
  ]);
});

test("a command that does nothing commits nothing, and says where the log is", async () => {
  const { run, store } = await fixture(bank);
  await run("account.open", "a", {});
  const touched = await run("account.touch", "a", {}, { key: "k" });
  assert.deepEqual([touched.version, touched.position, touched.created], [1, 1, false]);
  assert.equal(await store.log.head(), 1);
});

test("a store that fails answers unavailable, and the next command works", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  let failing = true;
  const append: Log["append"] = (batch: readonly Commit[]) =>
    failing
      ? Promise.reject(Object.assign(new Error("disk full"), { code: "unavailable" }))
      : store.log.append(batch);
  const { run } = await fixture(bank, { clock, store: appending(store, append) });
  await assert.rejects(run("account.deposit", "a", { amount: 5 }), { code: "unavailable" });
  failing = false;
  assert.equal((await run("account.deposit", "a", { amount: 5 })).version, 1);
});

/** The store with another way to append. */
function appending(store: Store, append: Log["append"]): Store {
  const log = new Proxy(store.log, {
    get: (target, name) => (name === "append" ? append : bound(target, name)),
  });
  return new Proxy(store, { get: (target, name) => (name === "log" ? log : bound(target, name)) });
}

function bound(target: object, name: string | symbol): unknown {
  const value = Reflect.get(target, name, target);
  return typeof value === "function" ? value.bind(target) : value;
}

test("more commands than may wait are shed, and counted", async () => {
  const { run, runtime } = await fixture(bank, { limits: { commandsMax: 10 } });
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, () => run("account.deposit", "a", { amount: 1 })),
  );
  const shed = results.filter((result) => result.status === "rejected");
  assert.equal(shed.length, 20);
  for (const { reason } of shed) assert.deepEqual([reason.code, reason.retryAfterMs], ["unavailable", 1000]);
  const counted = runtime.operations.metrics().find(({ name }) => name === "plinth_commands_total");
  const labels = { entity: "account", command: "deposit" };
  assert.deepEqual(counted?.type === "counter" && counted.samples, [
    { labels: { ...labels, outcome: "unavailable" }, value: 20 },
    { labels: { ...labels, outcome: "accepted" }, value: 10 },
  ]);
});

test("what was decided upon a commit that has fallen falls with it, whoever took its version", async () => {
  const clock = simulatedClock();
  const store = memoryStore({ clock });
  const taken = Promise.withResolvers<void>();
  const held: Log["append"] = (batch) => taken.promise.then(() => store.log.append(batch));
  const one = await fixture(bank, { store: appending(store, held), clock });
  const other = await fixture(bank, { store, clock });
  await other.run("account.deposit", "a", { amount: 10 });
  const deposited = one.run("account.deposit", "a", { amount: 100 });
  await clock.advance(1);
  const paid = (amount: number) =>
    one.run("account.withdraw", "a", { amount }).then(
      () => true,
      (error: { code: string }) => error.code !== "insufficient_funds",
    );
  const withdrawn = Promise.all([paid(50), paid(105)]);
  await other.run("account.withdraw", "a", { amount: 10 });
  taken.resolve();
  assert.deepEqual(JSON.parse((await deposited).state!), { balance: 100, email: null });
  const [small, large] = await withdrawn;
  assert.equal(large, false);
  const kept = await store.states.get({ tenant: "main", entity: "account", id: "a" });
  assert.equal(JSON.parse(kept!.state).balance, small ? 50 : 100);
});
