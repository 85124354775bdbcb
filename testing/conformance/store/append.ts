import assert from "node:assert/strict";
import { cases } from "./case.ts";
import {
  ANNA,
  accept,
  append,
  assertGapFree,
  BERT,
  commandOf,
  commitOf,
  events,
  kinds,
  readAll,
  streamOf,
} from "./commits.ts";

const outcomes = cases("append", {
  "of an empty batch has no outcome and changes nothing": async ({ store: { log } }) => {
    assert.deepEqual(await log.append([]), []);
    assert.equal(await log.head(), 0);
  },

  "answers with the version and the position of the last event": async ({ store: { log } }) => {
    assert.deepEqual(await append(log, commitOf(ANNA, 0, { events: events(3) })), {
      kind: "accepted",
      version: 3,
      position: 3,
    });
    assert.deepEqual(await append(log, commitOf(BERT, 0)), { kind: "accepted", version: 1, position: 4 });
    assert.equal(await log.head(), 4);
    assert.equal(await log.version(ANNA), 3);
  },

  "gives each commit its own outcome, in the order of the batch": async ({ store: { log } }) => {
    const outcomes = await log.append([
      commitOf(ANNA, 0, { command: commandOf("c1") }),
      commitOf(ANNA, 0),
      commitOf(BERT, 0, { unique: [{ index: "account.email", release: null, claim: "b@x" }] }),
      commitOf(ANNA, 1, { command: commandOf("c1") }),
      commitOf(ANNA, 1, { unique: [{ index: "account.email", release: null, claim: "b@x" }] }),
      commitOf(ANNA, 1),
      commitOf(BERT, 7),
    ]);
    assert.deepEqual(kinds(outcomes), [
      "accepted",
      "conflict",
      "accepted",
      "duplicate",
      "taken",
      "accepted",
      "conflict",
    ]);
    assert.deepEqual(
      (await readAll(log)).map(({ stream, version }) => [stream.id, version]),
      [
        ["anna", 1],
        ["bert", 1],
        ["anna", 2],
      ],
    );
  },

  "judges each commit after those before it in the batch": async ({ store: { log } }) => {
    const batch = Array.from({ length: 500 }, (_, at) => commitOf(ANNA, at));
    assert.deepEqual(
      await log.append(batch),
      batch.map((_, at) => ({ kind: "accepted", version: at + 1, position: at + 1 })),
    );
  },

  "accepts what was decided upon a commit that it has accepted": async ({ store: { log } }) => {
    const [line, other] = [{}, {}];
    await accept(log, commitOf(ANNA, 0, { line, ahead: false }));
    await accept(log, commitOf(BERT, 0, { line: other, ahead: false }));
    const next = { line, ahead: true };
    const outcomes = await log.append([
      commitOf(ANNA, 1, { ...next, events: events(2) }),
      commitOf(ANNA, 3, { ...next, events: [] }),
      commitOf(ANNA, 3, next),
      commitOf(BERT, 1, { line: other, ahead: true }),
    ]);
    assert.deepEqual(kinds(outcomes), ["accepted", "accepted", "accepted", "accepted"]);
  },

  "refuses what was decided upon a commit that has fallen, whoever has taken its version": async ({
    store: { log },
  }) => {
    const line = {};
    await accept(log, commitOf(ANNA, 0, { line, ahead: false, command: commandOf("c1") }));
    const fallen = commitOf(ANNA, 1, { line, ahead: true, command: commandOf("c1") });
    const winners = [commitOf(ANNA, 1), commitOf(ANNA, 2, { line: {}, ahead: false })];
    for (const [version, winner] of winners.entries()) {
      const outcomes = await log.append([
        { ...fallen, expectedVersion: version + 1 },
        winner,
        commitOf(ANNA, version + 2, { line, ahead: true, command: commandOf(`upon ${version}`) }),
        commitOf(ANNA, version + 2, { line, ahead: true, events: [] }),
      ]);
      assert.deepEqual(kinds(outcomes), ["duplicate", "accepted", "conflict", "conflict"]);
      const late = commitOf(ANNA, version + 2, { line, ahead: true });
      assert.deepEqual(await append(log, late), { kind: "conflict" });
    }
    await accept(log, commitOf(ANNA, 3, { line, ahead: false }));
  },

  "refuses what was decided upon a commit of no line": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0));
    assert.deepEqual(await append(log, commitOf(ANNA, 1, { ahead: true })), { kind: "conflict" });
    assert.deepEqual(await append(log, commitOf(ANNA, 1, { line: {}, ahead: true })), { kind: "conflict" });
  },

  "refuses a stale version and one that is not there yet": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { events: events(2) }));
    for (const version of [0, 1, 3, 1000])
      assert.deepEqual(
        await append(log, commitOf(ANNA, version)),
        { kind: "conflict" },
        `version ${version}`,
      );
    await accept(log, commitOf(ANNA, 2));
  },

  "leaves nothing of a conflict": async ({ store: { log, states } }) => {
    await accept(log, commitOf(ANNA, 0, { state: '{"n":1}' }));
    const lost = commitOf(ANNA, 0, {
      state: '{"n":2}',
      command: commandOf("lost"),
      unique: [{ index: "account.email", release: null, claim: "a@x" }],
    });
    assert.deepEqual(await append(log, lost), { kind: "conflict" });
    assert.equal(await log.head(), 1);
    assert.equal(await log.version(ANNA), 1);
    assert.deepEqual(await states.get(ANNA), { id: "anna", version: 1, state: '{"n":1}' });
    assert.equal(await log.answer("lost"), null);
    await accept(log, { ...lost, stream: BERT });
  },

  "leaves no hole for what was not accepted": async ({ store: { log } }) => {
    for (let round = 0; round < 20; round++)
      await log.append([
        commitOf(ANNA, round),
        commitOf(ANNA, round),
        commitOf(BERT, 99),
        commitOf(BERT, round),
      ]);
    const all = await readAll(log);
    assert.equal(all.length, 40);
    assertGapFree(all);
  },

  "keeps the events of a commit together and in order": async ({ store: { log } }) => {
    await log.append([commitOf(ANNA, 0, { events: events(3) }), commitOf(BERT, 0, { events: events(2) })]);
    assert.deepEqual(
      (await readAll(log)).map(({ stream, version, data }) => [stream.id, version, data]),
      [
        ["anna", 1, '{"amount":1}'],
        ["anna", 2, '{"amount":2}'],
        ["anna", 3, '{"amount":3}'],
        ["bert", 1, '{"amount":1}'],
        ["bert", 2, '{"amount":2}'],
      ],
    );
  },

  "keeps every field of an event": async ({ store: { log } }) => {
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const at = "2031-02-03T04:05:06.789Z";
    await accept(
      log,
      commitOf(ANNA, 0, { events: [{ type: "account.closed", data: "{}" }], at, trace, actor: "eva" }),
    );
    const expected = {
      type: "account.closed",
      data: "{}",
      position: 1,
      stream: ANNA,
      version: 1,
      at,
      actor: "eva",
      trace,
    };
    assert.deepEqual((await log.read({ after: 0, limit: 10 })).events, [expected]);
    assert.deepEqual(await log.readStream(ANNA, 0, 10), [expected]);
    await accept(log, commitOf(BERT, 0));
    assert.equal((await log.readStream(BERT, 0, 10))[0]!.trace, null);
  },

  "tells streams apart by tenant, entity and id": async ({ store: { log } }) => {
    const streams = [
      streamOf("1"),
      streamOf("1", "order"),
      streamOf("1", "account", "other"),
      streamOf("b/c", "a"),
      streamOf("c", "a/b"),
      streamOf("c", "b", "a"),
      streamOf("", "account"),
    ];
    assert.deepEqual(
      kinds(await log.append(streams.map((stream) => commitOf(stream, 0)))),
      streams.map(() => "accepted"),
    );
    for (const stream of streams)
      assert.deepEqual(
        (await log.readStream(stream, 0, 10)).map((event) => event.stream),
        [stream],
      );
  },

  "at the same time as others gives every batch its own outcomes": async ({ store: { log } }) => {
    const batches = Array.from({ length: 40 }, (_, at) => {
      const own = streamOf(`own-${at}`);
      return [
        commitOf(own, 0, { events: events(1 + (at % 3)) }),
        commitOf(own, 9),
        commitOf(own, 1 + (at % 3)),
      ];
    });
    const all = await Promise.all(batches.map((batch) => log.append(batch)));
    for (const [at, outcomes] of all.entries()) {
      assert.deepEqual(kinds(outcomes), ["accepted", "conflict", "accepted"]);
      const [first, , last] = outcomes as [
        { version: number },
        unknown,
        { version: number; position: number },
      ];
      assert.deepEqual([first.version, last.version], [1 + (at % 3), 2 + (at % 3)]);
      const found = await log.readStream(streamOf(`own-${at}`), 0, 10);
      assert.equal(found.at(-1)!.position, last.position);
    }
    assertGapFree(await readAll(log));
  },
});

const empty = cases("a commit without events", {
  "is accepted at the version and the head that are": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { events: events(2) }));
    await accept(log, commitOf(BERT, 0));
    assert.deepEqual(await append(log, commitOf(ANNA, 2, { events: [] })), {
      kind: "accepted",
      version: 2,
      position: 3,
    });
    assert.equal(await log.head(), 3);
    assert.equal(await log.version(ANNA), 2);
  },

  "is accepted on a stream without events in an empty log": async ({ store: { log } }) => {
    assert.deepEqual(await append(log, commitOf(ANNA, 0, { events: [] })), {
      kind: "accepted",
      version: 0,
      position: 0,
    });
  },

  "has its version verified all the same": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0));
    for (const version of [0, 2])
      assert.deepEqual(await append(log, commitOf(ANNA, version, { events: [] })), { kind: "conflict" });
  },

  "takes no position and no version": async ({ store: { log } }) => {
    await log.append([
      commitOf(ANNA, 0),
      commitOf(ANNA, 1, { events: [] }),
      commitOf(ANNA, 1, { events: [] }),
      commitOf(ANNA, 1),
    ]);
    assert.deepEqual(
      (await readAll(log)).map(({ version, position }) => [version, position]),
      [
        [1, 1],
        [2, 2],
      ],
    );
  },

  "can replace the stored state": async ({ store: { log, states } }) => {
    await accept(log, commitOf(ANNA, 0, { state: '{"v":1}' }));
    await accept(log, commitOf(ANNA, 1, { events: [], state: '{"v":2}' }));
    assert.deepEqual(await states.get(ANNA), { id: "anna", version: 1, state: '{"v":2}' });
  },
});

export const appendCases = [...outcomes, ...empty];
