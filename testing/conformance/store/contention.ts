import assert from "node:assert/strict";
import type { StreamName } from "@plinth/model";
import type { Log, Outcome, RecordedEvent, Store } from "@plinth/ports";
import { cases, giveWay, type Trial, whileTrue } from "./case.ts";
import {
  ANNA,
  append,
  assertGapFree,
  BERT,
  commandOf,
  commitOf,
  events,
  readAll,
  streamOf,
} from "./commits.ts";

/** Reads, decides and appends until it has won `times` times. */
async function decide({ log }: Store, stream: StreamName, times: number): Promise<void> {
  for (let won = 0; won < times; ) {
    const version = (await log.readStream(stream, 0, 1000)).length;
    const outcome = await append(log, commitOf(stream, version, { state: `{"count":${version + 1}}` }));
    if (outcome.kind === "accepted") {
      assert.equal(outcome.version, version + 1);
      won++;
    } else assert.equal(outcome.kind, "conflict");
  }
}

/** Many deciders on one stream, spread over the stores: every success counts, and none counts twice. */
async function decideTogether(stores: readonly Store[]): Promise<void> {
  const deciders = Array.from({ length: 8 }, (_, at) => stores[at % stores.length]!);
  await Promise.all(deciders.map((store) => decide(store, ANNA, 10)));
  for (const { log, states } of stores) {
    assert.equal(await log.version(ANNA), 80);
    assert.deepEqual(await states.get(ANNA), { id: "anna", version: 80, state: '{"count":80}' });
    assertGapFree(await readAll(log));
  }
}

function accepted(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ kind }) => kind === "accepted").length;
}

/** Follows the log until it is told to stop, and then to its end: on and on from where each page ended, be it an empty one. */
async function follow(
  log: Log,
  seen: RecordedEvent[],
  done: () => boolean,
  entities?: string[],
): Promise<void> {
  for (let after = 0, last = false; !last; ) {
    await giveWay();
    last = done();
    for (let hasMoved = true; hasMoved; ) {
      const page = await log.read({ after, limit: 7, ...(entities && { entities }) });
      for (const { position } of page.events)
        assert.ok(position > after, `${position} came after ${after} was read`);
      seen.push(...page.events);
      hasMoved = page.position > after;
      after = page.position;
    }
  }
}

/** Many writers, some of whose commits fail, while readers follow the log. */
async function followWriters(stores: readonly Store[]): Promise<void> {
  const [first] = stores as [Store];
  const all: RecordedEvent[] = [];
  const orders: RecordedEvent[] = [];
  let writing = true;
  const write = async (writer: number) => {
    const { log } = stores[writer % stores.length]!;
    const stream = streamOf(`w${writer}`, writer % 2 === 0 ? "account" : "order");
    for (let round = 0; round < 15; round++) {
      await log.append([
        commitOf(stream, round * 3, { events: events(3, stream.entity) }),
        commitOf(stream, 0),
      ]);
      await giveWay();
    }
  };
  const readers = [
    follow(first.log, all, () => !writing),
    follow(first.log, orders, () => !writing, ["order"]),
  ];
  await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
  writing = false;
  await Promise.all(readers);
  assert.equal(all.length, 8 * 15 * 3);
  assertGapFree(all);
  assert.deepEqual(
    orders,
    all.filter(({ stream }) => stream.entity === "order"),
  );
}

/** Claims made through several stores at once. */
async function claimTogether(stores: readonly Store[]): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const unique = [{ index: "account.email", release: null, claim: `mail-${round}` }];
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        append(stores[at % stores.length]!.log, commitOf(streamOf(`${round}-${at}`), 0, { unique })),
      ),
    );
    assert.equal(accepted(outcomes), 1);
    assert.equal(outcomes.filter(({ kind }) => kind === "taken").length, 9);
  }
}

async function both({ store, open }: Trial): Promise<readonly Store[]> {
  return [store, await open()];
}

const inside = cases("under contention", {
  "every success of many deciders on one stream counts, once": ({ store }) => decideTogether([store]),

  "a reader finds every event, in order, without a hole": ({ store }) => followWriters([store]),

  "one of many claims of a unique value succeeds": ({ store }) => claimTogether([store]),

  "two deciders who each rely on the other's version can't both win": async ({ store: { log } }) => {
    for (let round = 0; round < 20; round++) {
      const [a, b] = [await log.version(ANNA), await log.version(BERT)];
      const outcomes = await Promise.all([
        append(log, commitOf(ANNA, a, { conditions: [{ kind: "version", stream: BERT, version: b }] })),
        append(log, commitOf(BERT, b, { conditions: [{ kind: "version", stream: ANNA, version: a }] })),
      ]);
      assert.equal(accepted(outcomes), 1);
    }
  },

  "one of many who rely on nothing having changed wins": async ({ store: { log } }) => {
    for (let round = 0; round < 20; round++) {
      const after = await log.head();
      const unchanged = { kind: "unchanged", tenant: "main", entities: ["booking"], after } as const;
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          append(log, commitOf(streamOf(`${round}-${at}`, "booking"), 0, { conditions: [unchanged] })),
        ),
      );
      assert.equal(accepted(outcomes), 1);
    }
  },

  "two streams that exchange their values for one another's never share one": async ({ store: { log } }) => {
    const held = new Map([
      [ANNA, "red"],
      [BERT, "blue"],
    ]);
    for (const [stream, claim] of held)
      await append(log, commitOf(stream, 0, { unique: [{ index: "car.color", release: null, claim }] }));
    const colors = ["red", "blue", "green"];
    const move = async (stream: StreamName, step: number) => {
      for (let round = 0; round < 30; round++) {
        const release = held.get(stream)!;
        const claim = colors[(colors.indexOf(release) + step) % 3]!;
        const version = await log.version(stream);
        const outcome = await append(
          log,
          commitOf(stream, version, { unique: [{ index: "car.color", release, claim }] }),
        );
        if (outcome.kind === "accepted") held.set(stream, claim);
        assert.notEqual(held.get(ANNA), held.get(BERT));
      }
    };
    await Promise.all([move(ANNA, 1), move(BERT, 2)]);
  },

  "events, state and command of a commit appear together": async ({ store: { log, states } }) => {
    let writing = true;
    const write = async () => {
      for (let version = 0; version < 90; version += 3)
        await append(
          log,
          commitOf(ANNA, version, {
            events: events(3),
            state: `{"version":${version + 3}}`,
            command: commandOf(`c${version + 3}`),
          }),
        );
      writing = false;
    };
    const look = async () => {
      const state = await states.get(ANNA);
      const found = await log.readStream(ANNA, 0, 1000);
      const answer = await log.answer(`c${found.length}`);
      assert.equal(found.length % 3, 0, "half a commit was seen");
      assert.ok((state?.version ?? 0) <= found.length, "a state was seen before its events");
      assert.equal(answer?.version ?? 0, found.length, "events were seen before their command");
      assert.ok(
        ((await states.get(ANNA))?.version ?? 0) >= found.length,
        "events were seen before their state",
      );
      assert.equal((await log.head()) % 3, 0, "the head lay within a commit");
    };
    await Promise.all([write(), whileTrue(() => writing, look), whileTrue(() => writing, look)]);
  },
});

const beside = cases(
  "two stores on the same data",
  {
    "count every success of many deciders on one stream, once": async (trial) =>
      decideTogether(await both(trial)),

    "let a reader find every event, in order, without a hole": async (trial) =>
      followWriters(await both(trial)),

    "grant one of many claims of a unique value": async (trial) => claimTogether(await both(trial)),

    "give a lease to one of many": async (trial) => {
      const stores = await both(trial);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          stores[at % 2]!.subscriptions.acquire("balances", 0, `node-${at}`, 1000),
        ),
      );
      assert.equal(answers.filter((answer) => answer !== null).length, 1);
    },

    "let what was decided upon a fallen commit fall, whichever has taken its version": async (trial) => {
      const [one, other] = (await both(trial)) as [Store, Store];
      const line = {};
      const ahead = { line, ahead: true };
      assert.equal((await append(one.log, commitOf(ANNA, 0, { line, ahead: false }))).kind, "accepted");
      assert.equal((await append(other.log, commitOf(ANNA, 1))).kind, "accepted");
      assert.equal((await append(one.log, commitOf(ANNA, 1, ahead))).kind, "conflict");
      assert.equal((await append(one.log, commitOf(ANNA, 2, ahead))).kind, "conflict");
      assert.equal((await append(one.log, commitOf(ANNA, 2, { line, ahead: false }))).kind, "accepted");
    },

    "take a command id once": async (trial) => {
      const stores = await both(trial);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          append(stores[at % 2]!.log, commitOf(streamOf(`s${at}`), 0, { command: commandOf("c1") })),
        ),
      );
      assert.equal(accepted(outcomes), 1);
      assert.equal(outcomes.filter(({ kind }) => kind === "duplicate").length, 19);
    },
  },
  { needs: ["shared"] },
);

export const contentionCases = [...inside, ...beside];
