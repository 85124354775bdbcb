import assert from "node:assert/strict";
import type { Answer } from "@plinth/ports";
import { cases } from "./case.ts";
import {
  ANNA,
  accept,
  append,
  BERT,
  commandOf,
  commitOf,
  events,
  kinds,
  readAll,
  streamOf,
} from "./commits.ts";

const ANSWER: Answer = {
  stream: ANNA,
  version: 2,
  position: 2,
  events: 2,
  fingerprint: "print",
  refusal: null,
};

const repeats = cases("a command id", {
  "takes effect once, and a repeat gets the first answer": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { events: events(2), command: commandOf("c1") }));
    await accept(log, commitOf(ANNA, 2, { events: events(5) }));
    const repeat = commitOf(ANNA, 7, { command: commandOf("c1") });
    for (let time = 0; time < 3; time++)
      assert.deepEqual(await append(log, repeat), { kind: "duplicate", answer: ANSWER });
    assert.equal(await log.version(ANNA), 7);
    assert.deepEqual(await log.answer("c1"), ANSWER);
  },

  "takes effect once within a batch": async ({ store: { log } }) => {
    const outcomes = await log.append([
      commitOf(ANNA, 0, { events: events(2), command: commandOf("c1") }),
      commitOf(ANNA, 2, { command: commandOf("c1") }),
      commitOf(BERT, 0, { command: commandOf("c1") }),
    ]);
    assert.deepEqual(outcomes.slice(1), [
      { kind: "duplicate", answer: ANSWER },
      { kind: "duplicate", answer: ANSWER },
    ]);
    assert.equal(await log.head(), 2);
  },

  "is a repeat whatever its fingerprint, and answers with the first one": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { events: events(2), command: commandOf("c1") }));
    const other = commitOf(ANNA, 2, { command: commandOf("c1", "other payload") });
    assert.deepEqual(await append(log, other), { kind: "duplicate", answer: ANSWER });
  },

  "is judged before version, conditions and unique values": async ({ store: { log } }) => {
    const email = [{ index: "account.email", release: null, claim: "a@x" }];
    await accept(log, commitOf(ANNA, 0, { events: events(2), command: commandOf("c1"), unique: email }));
    const wrong = commitOf(BERT, 9, {
      command: commandOf("c1"),
      unique: email,
      conditions: [{ kind: "version", stream: ANNA, version: 0 }],
    });
    assert.deepEqual(await append(log, wrong), { kind: "duplicate", answer: ANSWER });
    assert.deepEqual(await append(log, { ...wrong, command: commandOf("c2") }), { kind: "conflict" });
  },

  "keeps a refusal as the first answer": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0));
    const refusal = '{"code":"account_closed","message":"No."}';
    const refused = commitOf(ANNA, 1, { events: [], command: commandOf("c1", "print", refusal) });
    await accept(log, refused);
    await accept(log, commitOf(ANNA, 1));
    const answer = { stream: ANNA, version: 1, position: 1, events: 0, fingerprint: "print", refusal };
    assert.deepEqual(await append(log, commitOf(ANNA, 2, { command: commandOf("c1") })), {
      kind: "duplicate",
      answer,
    });
    assert.deepEqual(await log.answer("c1"), answer);
  },

  "is unique over tenants, entities and streams": async ({ store: { log } }) => {
    const first = streamOf("1", "account", "t1");
    await accept(log, commitOf(first, 0, { command: commandOf("c1") }));
    for (const stream of [
      streamOf("1", "account", "t2"),
      streamOf("1", "order", "t1"),
      streamOf("2", "account", "t1"),
    ]) {
      const outcome = await append(log, commitOf(stream, 0, { command: commandOf("c1") }));
      assert.equal(outcome.kind, "duplicate");
      assert.deepEqual(outcome.answer.stream, first);
    }
  },

  "is compared byte by byte": async ({ store: { log } }) => {
    const ids = [
      "key",
      "KEY",
      "key ",
      " key",
      "k\u00e9y",
      "ke\u0301y",
      "",
      "1",
      "01",
      "1.0",
      "'; --",
      "\u{1f600}",
      "%",
      "_",
    ];
    const outcomes = await log.append(
      ids.map((id) => commitOf(streamOf(`s-${id}`), 0, { command: commandOf(id) })),
    );
    assert.deepEqual(
      kinds(outcomes),
      ids.map(() => "accepted"),
    );
    for (const id of ids) assert.equal((await log.answer(id))?.stream.id, `s-${id}`);
  },

  "may have 512 characters, and the last one counts": async ({ store: { log } }) => {
    const stem = "\u4e16".repeat(511);
    await accept(log, commitOf(ANNA, 0, { command: commandOf(`${stem}a`) }));
    await accept(log, commitOf(ANNA, 1, { command: commandOf(`${stem}b`) }));
    assert.equal((await log.answer(`${stem}b`))?.version, 2);
  },

  "is unseen after a conflict, in the same batch and later": async ({ store: { log } }) => {
    const outcomes = await log.append([
      commitOf(ANNA, 5, { command: commandOf("c1") }),
      commitOf(ANNA, 0, { command: commandOf("c1") }),
      commitOf(BERT, 5, { command: commandOf("c2") }),
    ]);
    assert.deepEqual(kinds(outcomes), ["conflict", "accepted", "conflict"]);
    await accept(log, commitOf(BERT, 0, { command: commandOf("c2") }));
  },

  "is unseen after its unique value was taken": async ({ store: { log } }) => {
    const unique = [{ index: "account.email", release: null, claim: "a@x" }];
    const outcomes = await log.append([
      commitOf(ANNA, 0, { unique }),
      commitOf(BERT, 0, { unique, command: commandOf("c1") }),
      commitOf(BERT, 0, { command: commandOf("c1") }),
    ]);
    assert.deepEqual(kinds(outcomes), ["accepted", "taken", "accepted"]);
  },

  "that nobody used has no answer": async ({ store: { log } }) => {
    assert.equal(await log.answer("nobody"), null);
  },

  "sent many times at once takes effect once, and all get the same answer": async ({ store: { log } }) => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        append(log, commitOf(streamOf(`s${at}`), 0, { command: commandOf("c1") })),
      ),
    );
    const first = await log.answer("c1");
    assert.equal(outcomes.filter(({ kind }) => kind === "accepted").length, 1);
    for (const outcome of outcomes)
      if (outcome.kind !== "accepted") assert.deepEqual(outcome, { kind: "duplicate", answer: first });
    assert.equal(await log.head(), 1);
  },

  "of nothing leaves a commit without protection from repeats": async ({ store: { log } }) => {
    assert.deepEqual(kinds(await log.append([commitOf(ANNA, 0), commitOf(ANNA, 1)])), [
      "accepted",
      "accepted",
    ]);
  },
});

const forgetting = cases("forget", {
  "forgets what was decided before the time, and nothing else": async ({ store: { log } }) => {
    const times = ["2030-01-01T00:00:00.000Z", "2030-01-01T00:00:00.001Z", "2030-01-01T00:00:00.002Z"];
    for (const [at, time] of times.entries())
      await accept(log, commitOf(ANNA, at, { at: time, command: commandOf(`c${at}`) }));
    assert.equal(await log.forget(times[1]!, 100), 1);
    assert.equal(await log.answer("c0"), null);
    assert.equal((await log.answer("c1"))?.version, 2);
    assert.equal((await log.answer("c2"))?.version, 3);
    assert.equal((await readAll(log)).length, 3);
  },

  "forgets no more than the limit, and says how many": async ({ store: { log } }) => {
    await log.append(
      Array.from({ length: 10 }, (_, at) => commitOf(ANNA, at, { command: commandOf(`c${at}`) })),
    );
    const later = "2031-01-01T00:00:00.000Z";
    assert.deepEqual(
      [await log.forget(later, 4), await log.forget(later, 4), await log.forget(later, 4)],
      [4, 4, 2],
    );
    assert.equal(await log.forget(later, 4), 0);
  },

  "lets a command id be used again": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { command: commandOf("c1", "first") }));
    await log.forget("2031-01-01T00:00:00.000Z", 10);
    await accept(log, commitOf(ANNA, 1, { command: commandOf("c1", "second") }));
    assert.equal((await log.answer("c1"))?.fingerprint, "second");
  },
});

export const commandCases = [...repeats, ...forgetting];
