import assert from "node:assert/strict";
import type { UniqueChange } from "@plinth/ports";
import { cases } from "./case.ts";
import { ANNA, accept, append, BERT, commitOf, kinds, streamOf } from "./commits.ts";

const EMAIL = "account.email";
const TAKEN = { kind: "taken", index: EMAIL };
const CARL = streamOf("carl");

function claim(value: string, index = EMAIL): UniqueChange {
  return { index, release: null, claim: value };
}

function release(value: string, index = EMAIL): UniqueChange {
  return { index, release: value, claim: null };
}

function exchange(old: string, value: string, index = EMAIL): UniqueChange {
  return { index, release: old, claim: value };
}

export const uniqueCases = cases("a unique value", {
  "is held by one stream": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("x")] }));
    assert.deepEqual(await append(log, commitOf(BERT, 0, { unique: [claim("x")] })), TAKEN);
    assert.equal(await log.version(BERT), 0);
    await accept(log, commitOf(BERT, 0, { unique: [claim("y")] }));
  },

  "may be claimed again by the stream that holds it": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("x")] }));
    await accept(log, commitOf(ANNA, 1, { unique: [claim("x")] }));
    await accept(log, commitOf(ANNA, 2, { unique: [exchange("x", "x")] }));
    assert.deepEqual(await append(log, commitOf(BERT, 0, { unique: [claim("x")] })), TAKEN);
  },

  "is free after its release": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("x")] }));
    await accept(log, commitOf(ANNA, 1, { unique: [release("x")] }));
    await accept(log, commitOf(BERT, 0, { unique: [claim("x")] }));
    assert.deepEqual(await append(log, commitOf(ANNA, 2, { unique: [claim("x")] })), TAKEN);
  },

  "is not freed by a stream that does not hold it": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("x")] }));
    await accept(log, commitOf(BERT, 0, { unique: [release("x"), release("nobody's")] }));
    assert.deepEqual(await append(log, commitOf(BERT, 1, { unique: [claim("x")] })), TAKEN);
    assert.deepEqual(await append(log, commitOf(BERT, 1, { unique: [exchange("x", "x")] })), TAKEN);
  },

  "can be exchanged for another in one commit": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("old")] }));
    await accept(log, commitOf(ANNA, 1, { unique: [exchange("old", "new")] }));
    await accept(log, commitOf(BERT, 0, { unique: [claim("old")] }));
    assert.deepEqual(await append(log, commitOf(CARL, 0, { unique: [claim("new")] })), TAKEN);
  },

  "stays where it was when the exchange fails": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("a")] }));
    await accept(log, commitOf(BERT, 0, { unique: [claim("b")] }));
    assert.deepEqual(await append(log, commitOf(ANNA, 1, { unique: [exchange("a", "b")] })), TAKEN);
    assert.deepEqual(await append(log, commitOf(CARL, 0, { unique: [claim("a")] })), TAKEN);
    assert.deepEqual(await append(log, commitOf(CARL, 0, { unique: [claim("b")] })), TAKEN);
  },

  "is passed on within a batch": async ({ store: { log } }) => {
    const outcomes = await log.append([
      commitOf(ANNA, 0, { unique: [claim("a")] }),
      commitOf(BERT, 0, { unique: [claim("a")] }),
      commitOf(BERT, 0, { unique: [claim("b")] }),
      commitOf(ANNA, 1, { unique: [exchange("a", "c")] }),
      commitOf(BERT, 1, { unique: [exchange("b", "a")] }),
      commitOf(ANNA, 2, { unique: [exchange("c", "b")] }),
    ]);
    assert.deepEqual(kinds(outcomes), ["accepted", "taken", "accepted", "accepted", "accepted", "accepted"]);
    assert.deepEqual(
      kinds(
        await log.append([
          commitOf(CARL, 0, { unique: [claim("a")] }),
          commitOf(CARL, 0, { unique: [claim("b")] }),
          commitOf(CARL, 0, { unique: [claim("c")] }),
        ]),
      ),
      ["taken", "taken", "accepted"],
    );
  },

  "does not move with a commit that was not accepted": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("a")] }));
    const outcomes = await log.append([
      commitOf(ANNA, 7, { unique: [release("a")] }),
      commitOf(BERT, 0, { unique: [claim("a")] }),
      commitOf(BERT, 7, { unique: [claim("free")] }),
      commitOf(CARL, 0, { unique: [claim("free")] }),
    ]);
    assert.deepEqual(kinds(outcomes), ["conflict", "taken", "conflict", "accepted"]);
  },

  "is one of its tenant": async ({ store: { log } }) => {
    const other = streamOf("anna", "account", "other");
    await accept(log, commitOf(ANNA, 0, { unique: [claim("x")] }));
    await accept(log, commitOf(other, 0, { unique: [claim("x")] }));
    await accept(log, commitOf(other, 1, { unique: [release("x")] }));
    assert.deepEqual(await append(log, commitOf(BERT, 0, { unique: [claim("x")] })), TAKEN);
  },

  "is one of its index, and the answer says of which": async ({ store: { log } }) => {
    await accept(log, commitOf(ANNA, 0, { unique: [claim("x"), claim("x", "account.phone")] }));
    await accept(log, commitOf(BERT, 0, { unique: [claim("x", "order.email")] }));
    const unique = [claim("free"), claim("x", "account.phone")];
    assert.deepEqual(await append(log, commitOf(CARL, 0, { unique })), {
      kind: "taken",
      index: "account.phone",
    });
    await accept(log, commitOf(CARL, 0, { unique: [claim("free")] }));
  },

  "is compared byte by byte": async ({ store: { log } }) => {
    const values = ["x", "X", "x ", "k\u00e9y", "ke\u0301y", "", "\u{1f600}", "1", "1.0"];
    const outcomes = await log.append(
      values.map((value, at) => commitOf(streamOf(`s${at}`), 0, { unique: [claim(value)] })),
    );
    assert.deepEqual(
      kinds(outcomes),
      values.map(() => "accepted"),
    );
    for (const value of values)
      assert.deepEqual(await append(log, commitOf(ANNA, 0, { unique: [claim(value)] })), TAKEN);
  },
});
