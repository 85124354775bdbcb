import assert from "node:assert/strict";
import type { StreamName } from "@plinth/model";
import type { Commit, Condition, Outcome, Store, UniqueChange } from "@plinth/ports";
import { type SeededRandom, seededRandom } from "../../random.ts";
import { cases, type Trial } from "./case.ts";
import { commandOf, commitOf, events, readAll, streamOf } from "./commits.ts";
import { LeaseModel, LogModel } from "./history-model.ts";

/** Tried in every run; `PLINTH_SEED` tries another one alone. */
const SEEDS = process.env.PLINTH_SEED ? [Number(process.env.PLINTH_SEED)] : [1, 2, 3, 4, 5, 6, 7, 8];

const STREAMS: readonly StreamName[] = [
  streamOf("1"),
  streamOf("2"),
  streamOf("1", "order"),
  streamOf("1", "account", "other"),
];
const VALUES = ["red", "green", "blue"];

/** Mostly what is right, now and then what is wrong. */
function anyCommit(random: SeededRandom, model: LogModel): Commit {
  const stream = random.pick(STREAMS);
  const version = model.version(stream) + (random.oneIn(4) ? random.below(3) - 1 : 0);
  return commitOf(stream, version, {
    events: events(random.below(4), stream.entity),
    state: random.oneIn(2) ? JSON.stringify({ chance: random.below(1000) }) : null,
    command: random.oneIn(3) ? null : commandOf(`c${random.below(60)}`, `print-${random.below(9)}`),
    unique: random.oneIn(2) ? [anyChange(random)] : [],
    conditions: random.oneIn(3) ? [anyCondition(random, model)] : [],
  });
}

function anyChange(random: SeededRandom): UniqueChange {
  const value = () => (random.oneIn(3) ? null : random.pick(VALUES));
  return { index: random.pick(["account.color", "account.shape"]), release: value(), claim: value() };
}

function anyCondition(random: SeededRandom, model: LogModel): Condition {
  const stream = random.pick(STREAMS);
  if (random.oneIn(2))
    return { kind: "version", stream, version: model.version(stream) + (random.oneIn(4) ? 1 : 0) };
  const after = Math.max(0, model.head - random.below(3));
  return { kind: "unchanged", tenant: stream.tenant, entities: [stream.entity], after };
}

/** Compares all that can be read of the log and the states with what the model says. */
async function compareLog({ log, states }: Store, model: LogModel): Promise<void> {
  assert.equal(await log.head(), model.head);
  assert.deepEqual(
    (await readAll(log, { limit: 7 })).map(({ stream, version, position, data }) => ({
      stream,
      version,
      position,
      data,
    })),
    model.events(),
  );
  for (const stream of STREAMS) {
    assert.equal(await log.version(stream), model.version(stream));
    assert.deepEqual(await states.get(stream), model.state(stream));
  }
  for (let id = 0; id < 60; id++) assert.deepEqual(await log.answer(`c${id}`), model.answer(`c${id}`));
}

async function logHistory({ store }: Trial, random: SeededRandom): Promise<void> {
  const model = new LogModel();
  for (let step = 0; step < 60; step++) {
    const batch: Commit[] = [];
    const expected: Outcome[] = [];
    for (let count = random.below(7); count > 0; count--) {
      batch.push(anyCommit(random, model));
      expected.push(model.append(batch.at(-1)!));
    }
    assert.deepEqual(await store.log.append(batch), expected, `step ${step}`);
    if (step % 10 === 9) await compareLog(store, model);
  }
}

const TABLE = { view: "balances", generation: 1 };

/** Longer than any history. */
const FOREVER_MS = 3_600_000;

/** One thing that an owner, new, old or never one, may try. Answers what the store and the model said. */
async function anyTurn(
  { store, clock }: Trial,
  random: SeededRandom,
  model: LeaseModel,
  ttlMs: number,
): Promise<[unknown, unknown]> {
  const { subscriptions, rows } = store;
  const owner = random.pick(["a", "b", "c"]);
  const checkpoint = { lease: model.anyLease(random, owner), position: random.below(50) };
  const now = clock.now();
  switch (random.below(6)) {
    case 0:
      await clock.advance(random.below(80));
      return [null, null];
    case 1: {
      const taken = await subscriptions.acquire("balances", 0, owner, ttlMs);
      return [taken?.position ?? null, model.acquire(owner, now, ttlMs, taken?.lease.token ?? 0)];
    }
    case 2:
      return [await subscriptions.renew(checkpoint.lease, ttlMs), model.renew(checkpoint.lease, now, ttlMs)];
    case 3:
      await subscriptions.release(checkpoint.lease);
      return [null, model.release(checkpoint.lease)];
    case 4:
      return [await subscriptions.advance(checkpoint), model.move(checkpoint)];
    default: {
      const row = `{"by":${random.below(1000)}}`;
      const change = { tenant: "main", key: "k", row, position: 1 };
      return [await rows.write(TABLE, [change], checkpoint), model.write(checkpoint, row)];
    }
  }
}

/** Leases that run out do so by the clock that the store was handed. */
async function leaseHistory(trial: Trial, random: SeededRandom, ttlMs: number): Promise<void> {
  const { rows, subscriptions } = trial.store;
  const model = new LeaseModel();
  await rows.create(TABLE, []);
  for (let step = 0; step < 150; step++) {
    const [actual, expected] = await anyTurn(trial, random, model, ttlMs);
    assert.deepEqual(actual, expected, `step ${step}`);
    assert.equal((await rows.get(TABLE, "main", "k"))?.row ?? null, model.row, `step ${step}`);
    assert.equal((await subscriptions.list())[0]?.position ?? 0, model.position, `step ${step}`);
  }
}

/** One case per seed, named by it: a failure says which seed it was. */
function seeded(what: string, run: (trial: Trial, random: SeededRandom) => Promise<void>) {
  return Object.fromEntries(
    SEEDS.map((seed) => [`${what}, seed ${seed}`, (trial: Trial) => run(trial, seededRandom(seed))]),
  );
}

export const historyCases = [
  ...cases("a random history", seeded("of commits agrees with the model", logHistory)),
  ...cases(
    "a random history",
    seeded("of leases that last agrees with the model", (trial, random) =>
      leaseHistory(trial, random, FOREVER_MS),
    ),
  ),
  ...cases(
    "a random history",
    seeded("of leases agrees with the model", (trial, random) => leaseHistory(trial, random, 100)),
    { needs: ["clock"] },
  ),
];
