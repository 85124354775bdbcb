import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { type Entity, entity } from "./entity.ts";
import { ModelError } from "./names.ts";
import { reactor } from "./reactor.ts";
import { service } from "./service.ts";
import { view } from "./view.ts";

const named = (name: string, plural?: string): Entity<any> =>
  entity(name, {
    state: z.object({}),
    initial: {},
    events: { opened: z.object({}) },
    ...(plural && { plural }),
  })
    .evolve({ opened: (state) => state })
    .commands({});

const over = (name: string, ...from: Entity<any>[]) =>
  view(name, { row: z.object({}), key: () => null, from, on: {} });

const account = named("account");

describe("service", () => {
  it("fills in what was left out", () => {
    assert.deepEqual(service("bank", { entities: [account] }), {
      kind: "service",
      name: "bank",
      entities: [account],
      views: [],
      reactors: [],
      public: false,
      describe: null,
      version: "1.0.0",
    });
  });

  it("is open to everyone only where it says so", () => {
    assert.equal(service("bank", { entities: [], public: true }).public, true);
  });

  it("lets a reactor without entities of its own answer every event of the service", () => {
    const welcome = reactor("welcome", { on: { "account.opened": () => {} } });
    assert.deepEqual(service("bank", { entities: [account], reactors: [welcome] }).reactors, [welcome]);
  });

  const welcome = reactor("welcome", { on: { "person.opened": () => {} } });
  const refused: [string, Parameters<typeof service>[1], string | RegExp][] = [
    [
      "two entities of one name",
      { entities: [account, named("account", "others")] },
      'There are two parts of kind entity named "account".',
    ],
    [
      "two views of one name",
      { entities: [account], views: [over("open", account), over("open", account)] },
      'There are two parts of kind view named "open".',
    ],
    [
      "two reactors of one name",
      { entities: [account], reactors: [reactor("greet", { on: {} }), reactor("greet", { on: {} })] },
      'There are two parts of kind reactor named "greet".',
    ],
    [
      "one path for an entity and a view",
      { entities: [account], views: [over("accounts", account)] },
      'The path /accounts is claimed by entity "account" and by view "accounts".',
    ],
    [
      "one path for two entities",
      { entities: [account, named("ledger", "accounts")] },
      'The path /accounts is claimed by entity "account" and by entity "ledger".',
    ],
    [
      "a path of the platform",
      { entities: [named("doc")] },
      'The path /docs is claimed by the platform and by entity "doc".',
    ],
    [
      "a view of an entity that is not part of it",
      { entities: [], views: [over("balances", account)] },
      'View "balances" reads entity "account", which is not part of the service.',
    ],
    [
      "a reactor to an entity that is not part of it",
      { entities: [], reactors: [reactor("greet", { from: [account], on: {} })] },
      'Reactor "greet" reads entity "account", which is not part of the service.',
    ],
    [
      "a reactor to an event that nobody emits",
      { entities: [account], reactors: [welcome] },
      'Reactor "welcome" handles "person.opened", which none of its entities emits.',
    ],
  ];
  for (const [what, options, message] of refused)
    it(`refuses ${what}`, () => {
      assert.throws(() => service("bank", options), ModelError);
      assert.throws(() => service("bank", options), { message });
    });

  it("refuses a name that it could not be found by", () => {
    assert.throws(() => service("My Bank", { entities: [] }), {
      message: /"My Bank" is no name for a service/,
    });
  });
});
