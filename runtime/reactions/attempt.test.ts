import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Act, courier, ledger, note, record, World } from "./world.fixture.ts";

describe("what a reactor sends", () => {
  test("takes effect, as the platform itself, in the event's tenant, with its trace", async () => {
    const world = new World();
    await world.postFor("acme", "a");
    const process = world.start(courier(record));
    await world.clock.advance(1000);
    const events = await world.store.log.readStream({ tenant: "acme", entity: "ledger", id: "a" }, 0, 10);
    assert.deepEqual(
      events.map(({ data, actor, trace }) => ({ data, actor, trace })),
      [{ data: '{"entry":"1"}', actor: "plinth:courier", trace: "00-trace" }],
    );
    assert.equal(process.work.handled, 1);
    await process.stop();
  });

  test("takes effect once, and is answered as the first time, however often the event is delivered", async () => {
    const world = new World();
    await world.post("a");
    const answers: string[] = [];
    const act: Act = async (_event, { send }) => {
      const first = await send(note, "write", { input: { text: "one" } });
      const second = await send(note, "write", { input: { text: "two" } });
      answers.push(`${first.id} ${first.position} ${second.id} ${second.position}`);
    };
    for (let delivery = 0; delivery < 3; delivery++) {
      const process = world.start(courier(act));
      await world.clock.advance(1000);
      await process.stop();
      await world.store.subscriptions.remove("reactor:courier");
    }
    assert.equal(answers.length, 3);
    assert.equal(new Set(answers).size, 1);
    assert.equal(await world.store.log.head(), 3);
    assert.ok(await world.store.log.answer("reactor:courier:1:2"));
  });

  test("is counted anew by each attempt", async () => {
    const world = new World();
    await world.post("a");
    const act: Act = async (event, context) => {
      await record(event, context);
      if (context.attempt < 3) throw new Error("Not yet.");
      await context.send(note, "write", { input: { text: "done" } });
    };
    const process = world.start(courier(act));
    await world.clock.advance(10_000);
    assert.deepEqual(await world.entries("a"), ["1"]);
    assert.equal(await world.store.log.head(), 3);
    assert.deepEqual([process.work.handled, process.work.retried], [1, 2]);
    await process.stop();
  });

  test("belongs to the attempt where the handler does not wait for it", async () => {
    const world = new World();
    await world.post("a");
    const act: Act = (event, { send, attempt }) => {
      const entry = attempt === 1 ? "refused" : String(event.position);
      void send(ledger, "record", { id: "a", input: { entry } });
    };
    const process = world.start(courier(act));
    await world.clock.advance(1000);
    assert.deepEqual(await world.parked(), ["main/a 1 parked 1"]);
    await process.stop();
  });

  const hopeless: Record<string, Act> = {
    "it is refused": async (_event, { send }) => {
      await send(ledger, "record", { id: "a", input: { entry: "refused" } });
    },
    "its input is invalid": async (_event, { send }) => {
      await send(ledger, "record", { id: "a", input: { entry: 1 as never } });
    },
    "there is no such command": async (_event, { send }) => {
      await send(ledger, "recordd" as "record", { id: "a", input: { entry: "x" } });
    },
    "there is no such entity": async (_event, { send }) => {
      await send({ ...ledger }, "record", { id: "a", input: { entry: "x" } });
    },
  };
  for (const [why, act] of Object.entries(hopeless))
    test(`parks the event at once where ${why}`, async () => {
      const world = new World();
      await world.post("a");
      const process = world.start(courier(act));
      await world.clock.advance(1000);
      assert.deepEqual(await world.parked(), ["main/a 1 parked 1"]);
      assert.deepEqual(await world.entries("a"), []);
      await process.stop();
    });

  test("parks the event at once where it is another command than the one sent before", async () => {
    const world = new World();
    await world.post("a");
    const act: Act = async (_event, { send, attempt }) => {
      await send(ledger, "record", { id: "a", input: { entry: `attempt ${attempt}` } });
      throw new Error("Later.");
    };
    const process = world.start(courier(act));
    await world.clock.advance(5000);
    assert.deepEqual(await world.parked(), ["main/a 1 parked 2"]);
    assert.match((await world.parks())[0]!.error, /^idempotency_key_reused: /);
    assert.deepEqual(await world.entries("a"), ["attempt 1"]);
    await process.stop();
  });

  test("is the handler's to judge where it catches the refusal", async () => {
    const world = new World();
    await world.post("a");
    const act: Act = async (_event, { send }) => {
      await send(ledger, "record", { id: "a", input: { entry: "refused" } }).catch(() => {});
    };
    const process = world.start(courier(act));
    await world.clock.advance(1000);
    assert.deepEqual([process.work.handled, await world.parked()], [1, []]);
    await process.stop();
  });

  test("is tried again where the entity is not there yet", async () => {
    const world = new World();
    await world.post("a");
    const act: Act = async (_event, { send }) => void (await send(ledger, "amend", { id: "a", input: {} }));
    const process = world.start(courier(act));
    await world.clock.advance(100);
    assert.deepEqual(await world.parked(), ["main/a 1 retrying 1"]);
    await process.stop();
  });
});

describe("what a reactor does outside", () => {
  test("has the same key in every attempt", async () => {
    const world = new World();
    await world.post("a");
    const keys: string[] = [];
    const act: Act = async (_event, { effect, attempt }) => {
      const sum = await effect("mail", async ({ key }) => keys.push(key));
      assert.equal(sum, attempt);
      if (attempt === 1) throw new Error("Once more.");
    };
    const process = world.start(courier(act));
    await world.clock.advance(5000);
    assert.deepEqual(keys, ["reactor:courier:1:mail", "reactor:courier:1:mail"]);
    await process.stop();
  });

  test("is aborted at the attempt's deadline, and fails; a late handler cannot act any more", async () => {
    const world = new World();
    await world.post("a");
    const seen: unknown[] = [];
    const act: Act = async (_event, { effect, send, attempt }) => {
      if (attempt > 1) return;
      await effect(
        "hang",
        ({ signal }) => new Promise((resolve) => world.clock.after(9000, () => resolve(signal.aborted))),
      ).then((aborted) => seen.push(aborted));
      await send(note, "write", { input: { text: "late" } }).catch((error) => seen.push(error.message));
    };
    const process = world.start(courier(act, { attemptMs: 3000 }));
    await world.clock.advance(2999);
    assert.deepEqual(await world.parked(), []);
    await world.clock.advance(1);
    const [row] = await world.parks();
    assert.equal(row?.error, "deadline_exceeded: The handler has not ended within 3000 ms.");
    await world.clock.advance(10_000);
    assert.deepEqual(seen.slice(0, 1), [true]);
    assert.equal(seen.length, 2, "The late command was not refused.");
    assert.equal(await world.store.log.head(), 1);
    assert.deepEqual(await world.parked(), []);
    await process.stop();
  });
});
