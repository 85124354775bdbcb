import assert from "node:assert/strict";
import { type Commit, type PlinthError, TEXT_MAX } from "@plinth/ports";
import { cases } from "./case.ts";
import { ANNA, accept, commandOf, commitOf, kinds, streamOf } from "./commits.ts";
import { BALANCES, fill, rowOf } from "./rows.ts";
import { take } from "./subscriptions.ts";

/** JSON that a store may be tempted to read and write again, and would then change. */
const PECULIAR = [
  '{ "spaces" :  1 ,\t"tab":\n2 }',
  '{"b":1,"a":2}',
  '{"twice":1,"twice":2}',
  '{"number":1.0,"large":12345678901234567890,"tiny":1e-400,"exponent":1E+2}',
  '{"astral":"\u{1f600}","combining":"e\u0301","precomposed":"\u00e9","rtl":"\u202eabc"}',
  '{"escaped":"\\u0000\\ud800\\u00e9\\/"}',
  '{"quote":"it\'s \\"so\\" \\\\ %s $1 ?"}',
  '"text"',
  "[1,2,3]",
  "null",
];

/** As long as may be, of characters that take three bytes of UTF-8 each and don't repeat. */
function longest(max: number): string {
  return Array.from({ length: max }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7919) % 20_000))).join(
    "",
  );
}

const UNFIT = { "U+0000": "a\0b", "half of a pair": "a\ud83d", "the other half": "\ude00b" };

function isInvalidArgument(error: PlinthError): boolean {
  return error.code === "invalid_argument";
}

export const textCases = cases("text", {
  "of JSON comes back unchanged in events, states, rows and refusals": async ({ store }) => {
    const { log, states, rows } = store;
    await fill(
      store,
      PECULIAR.map((row, at) => ({ tenant: "main", key: `${at}`, row, position: 1 })),
    );
    for (const [at, json] of PECULIAR.entries()) {
      const stream = streamOf(`peculiar-${at}`);
      const command = commandOf(`c${at}`, "print", json);
      await accept(
        log,
        commitOf(stream, 0, { events: [{ type: "account.noted", data: json }], state: json, command }),
      );
      assert.equal((await log.readStream(stream, 0, 1))[0]!.data, json);
      assert.equal((await log.read({ after: at, limit: 1 })).events[0]!.data, json);
      assert.equal((await states.get(stream))?.state, json);
      assert.equal((await rows.get(BALANCES, "main", `${at}`))?.row, json);
      assert.equal((await log.answer(`c${at}`))?.refusal, json);
    }
  },

  "of a mebibyte and more comes back unchanged": async ({ store: { log, states } }) => {
    const json = JSON.stringify({ text: "\u4e16\u{1f600}x".repeat(350_000) });
    await accept(log, commitOf(ANNA, 0, { events: [{ type: "account.noted", data: json }], state: json }));
    assert.equal((await log.readStream(ANNA, 0, 1))[0]!.data, json);
    assert.equal((await states.get(ANNA))?.state, json);
  },

  "of an id is compared character by character": async ({ store: { log } }) => {
    const ids = [
      "a",
      "A",
      "a ",
      " a",
      "\u00e9",
      "e\u0301",
      "\u{1f600}",
      "\uff5e",
      "1",
      "01",
      "a/b",
      "a\tb",
      "a\nb",
      "'",
      '"',
      "%",
      "\\",
      "\u202e",
    ];
    const outcomes = await log.append(ids.map((id) => commitOf(streamOf(id), 0)));
    assert.deepEqual(
      kinds(outcomes),
      ids.map(() => "accepted"),
    );
    for (const id of ids)
      assert.deepEqual(
        (await log.readStream(streamOf(id), 0, 9)).map(({ stream }) => stream.id),
        [id],
      );
  },

  "may be as long as the contract allows, everywhere at once": async ({ store }) => {
    const tenant = longest(TEXT_MAX.tenant);
    const id = longest(TEXT_MAX.id);
    const entity = "e".repeat(60);
    const stream = { tenant, entity, id };
    const unique = [{ index: `${entity}.${"u".repeat(60)}`, release: null, claim: id }];
    await accept(store.log, commitOf(stream, 0, { state: "{}", command: commandOf(id), unique, actor: id }));
    assert.deepEqual((await store.log.answer(id))?.stream, stream);
    assert.equal((await store.states.get(stream))?.id, id);
    const near = { ...stream, id: `${id.slice(0, -1)}!` };
    assert.equal(await store.log.version(near), 0);
    assert.deepEqual(kinds(await store.log.append([commitOf(near, 0, { unique })])), ["taken"]);
    await fill(store, [rowOf(id, {}, 1, tenant)]);
    assert.equal((await store.rows.get(BALANCES, tenant, id))?.key, id);
  },

  "that can't be kept everywhere is refused, and nothing of its batch is done": async ({
    store: { log },
  }) => {
    const good = commitOf(streamOf("good"), 0, { command: commandOf("good") });
    const tooLong = "x".repeat(513);
    for (const unfit of [...Object.values(UNFIT), tooLong]) {
      const bad: Commit[] = [
        commitOf(streamOf(unfit), 0),
        commitOf(streamOf("1", "account", unfit), 0),
        commitOf(streamOf("1"), 0, { command: commandOf(unfit) }),
        commitOf(streamOf("1"), 0, { actor: unfit }),
        commitOf(streamOf("1"), 0, { unique: [{ index: "account.email", release: null, claim: unfit }] }),
      ];
      for (const commit of bad) await assert.rejects(log.append([good, commit]), isInvalidArgument);
    }
    assert.equal(await log.head(), 0);
    assert.equal(await log.answer("good"), null);
    await accept(log, good);
  },

  "that can't be kept everywhere is found nowhere, and is no error": async ({ store }) => {
    const { log, states, rows, parks } = store;
    await accept(log, commitOf(streamOf("a\ufffd"), 0, { state: "{}", command: commandOf("a\ufffd") }));
    await fill(store, [rowOf("a\ufffd", {}), rowOf("a", {}), rowOf("b", {})]);
    const query = { filters: [], sort: [], after: null, limit: 9 };
    for (const unfit of Object.values(UNFIT)) {
      const streams = [streamOf(unfit), streamOf("a", "account", unfit)];
      for (const stream of streams) {
        assert.equal(await log.version(stream), 0);
        assert.deepEqual(await log.readStream(stream, 0, 9), []);
        assert.equal(await states.get(stream), null);
        assert.equal(await rows.get(BALANCES, stream.tenant, stream.id), null);
        assert.deepEqual(await rows.getMany(BALANCES, [{ tenant: stream.tenant, key: stream.id }]), [null]);
      }
      assert.equal(await log.answer(unfit), null);
      assert.deepEqual(await rows.list(BALANCES, unfit, query), []);
      assert.deepEqual(await states.list(unfit, "account", query), []);
      assert.deepEqual(await parks.list({ key: unfit, limit: 9 }), []);
    }
    const after = { values: [], key: "a\0" };
    const found = await rows.list(BALANCES, "main", { ...query, after });
    assert.deepEqual(
      found.map(({ key }) => key),
      ["a\ufffd", "b"],
    );
  },

  "of a row key that can't be kept everywhere is refused, and no row is written": async ({ store }) => {
    const { rows, subscriptions } = store;
    await rows.create(BALANCES, []);
    const lease = await take(subscriptions);
    for (const unfit of [...Object.values(UNFIT), "x".repeat(513)])
      for (const bad of [rowOf(unfit, {}), rowOf("1", {}, 1, unfit)])
        await assert.rejects(
          rows.write(BALANCES, [rowOf("good", {}), bad], { lease, position: 1 }),
          isInvalidArgument,
        );
    assert.deepEqual(await rows.scan(BALANCES, null, 9), []);
    assert.equal((await subscriptions.list())[0]!.position, 0);
  },

  "of thousands of commits goes into one batch": async ({ store: { log } }) => {
    const batch = Array.from({ length: 10_000 }, (_, at) =>
      commitOf(streamOf(`s${at % 5000}`), Math.floor(at / 5000), {
        state: `{"at":${at}}`,
        command: commandOf(`c${at}`),
      }),
    );
    const outcomes = await log.append(batch);
    assert.deepEqual(new Set(kinds(outcomes)), new Set(["accepted"]));
    assert.equal(await log.head(), 10_000);
    assert.equal((await log.answer("c9999"))?.version, 2);
  },
});
