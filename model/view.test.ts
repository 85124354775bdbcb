import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { entity } from "./entity.ts";
import { ModelError } from "./names.ts";
import { reactor } from "./reactor.ts";
import { view } from "./view.ts";

const account = entity("account", {
  state: z.object({}),
  initial: {},
  events: { opened: z.object({ owner: z.string() }) },
})
  .evolve({ opened: (state) => state })
  .commands({});

const row = z.object({ owner: z.string() });
const key = () => "all";

describe("view", () => {
  it("fills in what was left out", () => {
    assert.partialDeepStrictEqual(view("owners", { row, key, from: [account], on: {} }), {
      kind: "view",
      name: "owners",
      filter: [],
      sort: [],
      allow: null,
      shards: 1,
      describe: null,
    });
  });

  const refused: [string, () => unknown, string | RegExp][] = [
    [
      "its name",
      () => view("all owners", { row, key, from: [], on: {} }),
      /"all owners" is no name for a view/,
    ],
    [
      "an event type that no entity emits",
      () => view("owners", { row, key, from: [account], on: { "account.closed": () => null } as object }),
      'View "owners" handles "account.closed", which none of its entities emits.',
    ],
    [
      "a filter that is no field",
      () => view("owners", { row, key, from: [account], on: {}, filter: ["name" as "owner"] }),
      'View "owners" has no field "name" to filter or sort by.',
    ],
    [
      "a sort that is no field",
      () => view("owners", { row, key, from: [account], on: {}, sort: ["name" as "owner"] }),
      'View "owners" has no field "name" to filter or sort by.',
    ],
    [
      "a part of a shard",
      () => view("owners", { row, key, from: [account], on: {}, shards: 1.5 }),
      'View "owners" has 1.5 shards: use a whole number from 1 to 256.',
    ],
    [
      "too many shards",
      () => view("owners", { row, key, from: [account], on: {}, shards: 257 }),
      'View "owners" has 257 shards: use a whole number from 1 to 256.',
    ],
  ];
  for (const [what, define, message] of refused)
    it(`refuses ${what}`, () => {
      assert.throws(define, ModelError);
      assert.throws(define, { message });
    });
});

describe("reactor", () => {
  const event = {
    type: "account.opened",
    data: { owner: "ada" },
    stream: { tenant: "main", entity: "account", id: "7" },
    version: 1,
    position: 1,
    at: "2026-01-01T00:00:00.000Z",
    actor: "ada",
  };

  it("fills in what was left out, and keeps one stream's events in order", () => {
    const welcome = reactor("welcome", { on: {} });
    assert.partialDeepStrictEqual(welcome, {
      kind: "reactor",
      name: "welcome",
      retries: { max: 14, minMs: 200, maxMs: 300_000 },
      shards: 1,
      attemptMs: 30_000,
    });
    assert.equal(welcome.key(event), "account/7");
  });

  it("keeps what was given", () => {
    const welcome = reactor("welcome", {
      on: {},
      retries: { max: 2 },
      shards: 4,
      attemptMs: 500,
      key: ({ data }) => data.owner,
    });
    assert.partialDeepStrictEqual(welcome, {
      retries: { max: 2, minMs: 200 },
      shards: 4,
      attemptMs: 500,
    });
    assert.equal(welcome.key(event), "ada");
  });

  it("refuses an event type that no entity emits", () => {
    assert.throws(
      () => reactor("welcome", { from: [account], on: { "account.closed": () => {} } as object }),
      {
        name: "ModelError",
        message: 'Reactor "welcome" handles "account.closed", which none of its entities emits.',
      },
    );
  });
});
