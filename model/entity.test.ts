import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { entity } from "./entity.ts";
import { ModelError } from "./names.ts";

const parts = {
  state: z.object({ balance: z.int() }),
  initial: { balance: 0 },
  events: { deposited: z.object({ amount: z.int() }) },
};
const evolve = { deposited: (state: { balance: number }) => state };

describe("entity", () => {
  it("fills in what was left out", () => {
    const account = entity("account", parts)
      .evolve(evolve)
      .commands({ audit: { input: z.object({}), decide: () => [] } });
    assert.partialDeepStrictEqual(account, {
      kind: "entity",
      name: "account",
      plural: "accounts",
      stored: false,
      unique: {},
      allow: null,
      filter: [],
      sort: [],
      describe: null,
      commands: { audit: { name: "audit", on: "existing" } },
    });
  });

  it("keeps what was given", () => {
    const person = entity("person", {
      ...parts,
      plural: "people",
      stored: true,
      filter: ["balance"],
      sort: ["balance"],
      unique: { email: () => null },
      describe: "Someone.",
    })
      .evolve(evolve)
      .commands({ hire: { on: "new", input: z.object({}), decide: () => [] } });
    assert.partialDeepStrictEqual(person, {
      plural: "people",
      stored: true,
      filter: ["balance"],
      sort: ["balance"],
      describe: "Someone.",
      commands: { hire: { on: "new" } },
    });
    assert.deepEqual(Object.keys(person.unique), ["email"]);
  });

  it("closes the inputs of its commands", () => {
    const { commands } = entity("account", parts)
      .evolve(evolve)
      .commands({ deposit: { input: z.object({ amount: z.int() }), decide: () => [] } });
    assert.ok(commands.deposit.input.safeParse({ amount: 1 }).success);
    assert.ok(!commands.deposit.input.safeParse({ amount: 1, colour: "red" }).success);
  });

  it("takes commands as a function too, for those that read facts", () => {
    const { commands } = entity("account", parts)
      .evolve(evolve)
      .commands((command) => ({
        deposit: command({
          input: z.object({}),
          facts: () => ({ limit: 10 }),
          decide: (_state, _input, { emit, facts }) => emit.deposited({ amount: facts.limit }),
        }),
      }));
    assert.equal(commands.deposit.name, "deposit");
    assert.deepEqual(commands.deposit.facts?.({} as never), { limit: 10 });
  });
});

describe("an entity that cannot be served is refused where it is defined", () => {
  const refused: [string, () => unknown, string | RegExp][] = [
    ["its name", () => entity("Account", parts), /"Account" is no name for an entity/],
    ["its plural", () => entity("account", { ...parts, plural: "a/b" }), /"a\/b" is no name for a plural/],
    [
      "an event's name",
      () => entity("account", { ...parts, events: { "was-opened": z.object({}) } }),
      /"was-opened" is no name for an event/,
    ],
    [
      "a unique value's name",
      () => entity("account", { ...parts, unique: { "e mail": () => null } }),
      /"e mail" is no name for a unique value/,
    ],
    [
      "a command's name",
      () =>
        entity("account", parts)
          .evolve(evolve)
          .commands({ "pay-in": { input: z.object({}), decide: () => [] } }),
      /"pay-in" is no name for a command/,
    ],
    [
      "a filter on a state that is not stored",
      () => entity("account", { ...parts, filter: ["balance"] }),
      'Entity "account" can be filtered and sorted only where its state is stored (stored: true).',
    ],
    [
      "an event that evolve leaves out",
      () => entity("account", parts).evolve({} as never),
      'Entity "account" does not say how "deposited" changes its state.',
    ],
    [
      "an event that evolve leaves out, named as a property of every object",
      () =>
        entity("account", { ...parts, events: { toString: z.object({}) } }).evolve(
          Object.create({ toString: () => ({ balance: 0 }) }),
        ),
      'Entity "account" does not say how "toString" changes its state.',
    ],
    [
      "an event that evolve makes up",
      () => entity("account", parts).evolve({ ...evolve, opened: () => ({ balance: 0 }) } as never),
      'Entity "account" evolves by "opened", which is not one of its events.',
    ],
  ];
  for (const [what, define, message] of refused)
    it(what, () => {
      assert.throws(define, ModelError);
      assert.throws(define, { message });
    });
});
