import assert from "node:assert/strict";
import { test } from "node:test";
import type { Commit, Log, Outcome } from "@plinth/ports";
import { simulatedClock } from "@plinth/testing";
import { Committer } from "./committer.ts";

const limits = { batchMax: 8, batchWorth: 3, batchesInFlightMax: 2, waitingMax: 20 };

const commit: Commit = {
  stream: { tenant: "main", entity: "a", id: "a" },
  expectedVersion: 0,
  events: [],
  state: null,
  command: null,
  unique: [],
  conditions: [],
  at: "2030-01-01T00:00:00.000Z",
  actor: "tester",
  trace: null,
};

const LATE = 1_000_000;

/** A committer on a store that answers when it is told to. */
function committing() {
  const batches: { size: number; answer: () => Promise<void> }[] = [];
  const append = (batch: readonly Commit[]): Promise<readonly Outcome[]> => {
    const { promise, resolve } = Promise.withResolvers<readonly Outcome[]>();
    const outcomes = batch.map(() => ({ kind: "accepted", version: 1, position: 1 }) as const);
    const answer = async () => {
      resolve(outcomes);
      await settled();
    };
    batches.push({ size: batch.length, answer });
    return promise;
  };
  const committer = new Committer({ append } as Pick<Log, "append"> as Log, simulatedClock(), limits);
  const submit = async (count: number) => {
    const submitted = Array.from({ length: count }, () => committer.submit(commit, LATE));
    for (const outcome of submitted) outcome.catch(() => {});
    await settled();
  };
  return { committer, batches, submit, sizes: () => batches.map(({ size }) => size) };
}

/** Resolves when all that could go on has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a commit leaves at once where none is on its way, and what comes with it goes along", async () => {
  const { submit, sizes, batches } = committing();
  await submit(1);
  assert.deepEqual(sizes(), [1]);
  await batches[0]!.answer();
  await submit(5);
  assert.deepEqual(sizes(), [1, 5]);
});

test("few commits wait for the batch that is on its way, and leave together", async () => {
  const { submit, sizes, batches } = committing();
  await submit(1);
  await submit(1);
  await submit(1);
  assert.deepEqual(sizes(), [1]);
  await batches[0]!.answer();
  assert.deepEqual(sizes(), [1, 2]);
});

test("commits that are worth a batch do not wait, until as many batches are on their way as may be", async () => {
  const { submit, sizes, batches } = committing();
  await submit(1);
  await submit(2);
  await submit(1);
  assert.deepEqual(sizes(), [1, 3]);
  await submit(9);
  assert.deepEqual(sizes(), [1, 3]);
  await batches[1]!.answer();
  assert.deepEqual(sizes(), [1, 3, 8]);
  await batches[0]!.answer();
  await batches[2]!.answer();
  assert.deepEqual(sizes(), [1, 3, 8, 1]);
});

test("commits beyond those that may wait are refused, and the others are not", async () => {
  const { committer, submit, sizes, batches } = committing();
  await submit(1);
  await submit(limits.waitingMax);
  await submit(limits.batchMax);
  const taken = 1 + limits.batchMax + limits.waitingMax;
  assert.equal(committer.pending, taken);
  await assert.rejects(committer.submit(commit, LATE), { code: "unavailable", retryAfterMs: 1000 });
  for (let answered = 0; answered < batches.length; answered++) await batches[answered]!.answer();
  assert.equal(
    sizes().reduce((sum, size) => sum + size),
    taken,
  );
  assert.equal(committer.pending, 0);
});
