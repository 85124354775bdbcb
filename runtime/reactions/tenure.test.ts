import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Act, courier, intercepted, recordGood, World } from "./world.fixture.ts";

describe("order", () => {
  test("what is poisonous parks its key, those after it behind it, and nothing else", async () => {
    const world = new World();
    await world.post("a:bad", "b", "a", "b", "a");
    const process = world.start(courier(recordGood));
    await world.clock.advance(60_000);
    await world.post("a", "b");
    await world.clock.advance(1000);
    assert.deepEqual(await world.parked(), [
      "main/a 1 parked 4",
      "main/a 3 behind 0",
      "main/a 5 behind 0",
      "main/a 8 behind 0",
    ]);
    assert.deepEqual(await world.entries("b"), ["2", "4", "9"]);
    assert.deepEqual(await world.positions(), [await world.store.log.head()]);
    await process.stop();
  });

  test("one tenant's failure is not another's", async () => {
    const world = new World();
    await world.postFor("acme", "a:bad", "a");
    await world.postFor("umbrella", "a", "a");
    const process = world.start(courier(recordGood));
    await world.clock.advance(1000);
    assert.deepEqual(await world.entries("a", "umbrella"), ["3", "4"]);
    assert.deepEqual(await world.entries("a", "acme"), []);
    await process.stop();
  });

  test("a success after a retry lets those behind go on, in order, and frees the key", async () => {
    const world = new World();
    const handled: string[] = [];
    const act: Act = ({ position, data }, { attempt }) => {
      if (data.what === "bad" && attempt < 3) throw new Error("Not yet.");
      handled.push(`${data.lane}${position}`);
    };
    await world.post("a:bad", "a", "a:bad", "a", "b");
    const process = world.start(courier(act));
    await world.clock.advance(60_000);
    assert.deepEqual(handled, ["b5", "a1", "a2", "a3", "a4"]);
    assert.deepEqual(await world.parked(), []);
    await world.post("a");
    await world.clock.advance(0);
    assert.equal(handled.at(-1), "a6");
    await process.stop();
  });

  test("a slow handler holds up its own key alone, and the checkpoint", async () => {
    const world = new World();
    const handled: number[] = [];
    const act: Act = async ({ position, data }) => {
      if (data.what === "slow") await new Promise<void>((resolve) => world.clock.after(5000, resolve));
      handled.push(position);
    };
    await world.post("a", "b:slow", "b", ...Array.from({ length: 2000 }, (_, index) => `c${index % 50}`));
    const process = world.start(courier(act));
    await world.clock.advance(4999);
    assert.deepEqual([handled.length, handled.includes(2), handled.includes(3)], [2001, false, false]);
    assert.deepEqual(await world.positions(), [1]);
    await world.clock.advance(1);
    assert.deepEqual(handled.slice(-2), [2, 3]);
    await world.clock.advance(100);
    assert.deepEqual(await world.positions(), [2003]);
    await process.stop();
  });
});

describe("how much at once", () => {
  test("so many handlers run, so many events are held, and then the log waits", async () => {
    const world = new World();
    let running = 0;
    let runningMost = 0;
    const act: Act = async () => {
      runningMost = Math.max(runningMost, ++running);
      await new Promise<void>((resolve) => world.clock.after(1000, resolve));
      running -= 1;
    };
    await world.post(...Array.from({ length: 5000 }, (_, index) => `lane ${index}`));
    let read = 0;
    const log = intercepted(world.store.log, async (method, call) => {
      const answer = await call();
      if (method === "read") read += (answer as { events: unknown[] }).events.length;
      return answer;
    });
    const process = world.start(courier(act), { store: { ...world.store, log } });
    await world.clock.advance(500);
    assert.deepEqual([running, read], [32, 1000]);
    await world.clock.advance(30_000);
    assert.deepEqual([runningMost, read], [32, 2000]);
    process.crash();
  });

  test("a blocked key costs no memory: its events go to the store as fast as they come", async () => {
    const world = new World();
    await world.post("a:bad");
    const parcels = Array.from({ length: 1000 }, (_, index) => (index % 20 > 0 ? "a" : `b${index}`));
    for (let page = 0; page < 100; page++) await world.post(...parcels);
    let most = 0;
    const parks = intercepted(world.store.parks, (method, call, [changes]) => {
      if (method === "write") most = Math.max(most, (changes as { put: unknown[] }).put.length);
      return call();
    });
    let handled = 0;
    const act: Act = ({ data }) => {
      if (data.what === "bad") throw new Error("It is bad.");
      handled += 1;
    };
    const process = world.start(courier(act, { retries: { max: 0 } }), { store: { ...world.store, parks } });
    await world.clock.advance(200);
    assert.deepEqual([handled, process.work.parked], [5000, 1]);
    assert.equal((await world.parks()).length, 95_001);
    assert.ok(most <= 256, `${most} events were held.`);
    assert.deepEqual(await world.positions(), [100_001]);
    await process.stop();
  });

  test("handlers that hang for good leave room for what is new", async () => {
    const world = new World();
    const handled: number[] = [];
    const act: Act = ({ position, data }) => {
      if (data.what === "hang") return new Promise(() => {});
      handled.push(position);
    };
    await world.post(...Array.from({ length: 64 }, (_, index) => `a${index}:hang`));
    const process = world.start(courier(act, { attemptMs: 10_000, retries: { max: 9, minMs: 1, maxMs: 1 } }));
    await world.clock.advance(25_000);
    await world.post("b");
    await world.clock.advance(0);
    assert.deepEqual(handled, [65]);
    process.crash();
  });

  test("a busy key with a slow handler leaves room for others, and keeps its order", async () => {
    const world = new World();
    const handled: string[] = [];
    const act: Act = async ({ position, data }) => {
      if (data.lane === "a") await new Promise<void>((resolve) => world.clock.after(100, resolve));
      handled.push(`${data.lane}${position}`);
    };
    await world.post(...Array.from({ length: 500 }, () => "a"), "b", "c");
    const process = world.start(courier(act));
    await world.clock.advance(1500);
    assert.deepEqual(
      handled.filter((one) => !one.startsWith("a")),
      ["b501", "c502"],
    );
    await world.clock.advance(50_000);
    const expected = Array.from({ length: 500 }, (_, index) => `a${index + 1}`);
    assert.deepEqual(
      handled.filter((one) => one.startsWith("a")),
      expected,
    );
    assert.deepEqual([await world.parked(), await world.positions()], [[], [502]]);
    assert.deepEqual([process.work.handled, process.work.retried, process.work.parked], [502, 0, 0]);
    await process.stop();
  });

  test("a busy key that is given up loses nothing by a crash, and by a failure of the event that was tried", async () => {
    const world = new World();
    const begun: number[] = [];
    const handled: number[] = [];
    const act: Act = async ({ position, data }) => {
      begun.push(position);
      await new Promise<void>((resolve) => world.clock.after(2000, resolve));
      if (data.what === "bad") throw new Error("It is bad.");
      if (data.lane === "a") handled.push(position);
    };
    const limits = { unfinishedMax: 4 };
    await world.post("a:bad", "a", "a", "a", "a", "b");
    const first = world.start(courier(act), { limits });
    await world.clock.advance(1900);
    const rows = ["main/a 1 behind 0", "main/a 2 behind 0", "main/a 3 behind 0", "main/a 4 behind 0"];
    assert.deepEqual(await world.parked(), [...rows, "main/a 5 behind 0"]);
    assert.deepEqual(begun, [1, 6], "It was begun twice at the same time.");
    first.crash();
    const second = world.start(courier(act), { limits });
    await world.clock.advance(60_000);
    assert.equal((await world.parked())[0], "main/a 1 parked 4");
    await world.store.parks.replay("reactor:courier", 1, '{"lane":"a","what":"mended"}');
    await world.clock.advance(20_000);
    assert.deepEqual(handled, [1, 2, 3, 4, 5]);
    await second.stop();
  });

  test("a busy key with a quick handler stays in memory", async () => {
    const world = new World();
    let rows = 0;
    const parks = intercepted(world.store.parks, (method, call, [changes]) => {
      if (method === "write") rows += (changes as { put: unknown[] }).put.length;
      return call();
    });
    await world.post(...Array.from({ length: 3000 }, () => "a"));
    const act: Act = () => new Promise((resolve) => void world.clock.after(0.5, resolve));
    const process = world.start(courier(act), { store: { ...world.store, parks } });
    await world.clock.advance(2000);
    assert.deepEqual([process.work.handled, rows], [3000, 0]);
    await process.stop();
  });

  test("where too many keys are blocked the log waits for a person", async () => {
    const world = new World();
    const errors: string[] = [];
    const logger = { info: () => {}, warn: () => {}, error: (message: string) => void errors.push(message) };
    await world.post("a:bad", "b:bad", "c", "c");
    const act = courier(recordGood, { retries: { max: 0 } });
    const process = world.start(act, { limits: { blockedMax: 2 }, logger });
    await world.clock.advance(1000);
    await world.post("c");
    await world.clock.advance(10_000);
    assert.equal(errors.length, 1);
    await world.store.parks.discard("reactor:courier", 1, "Nonsense.", "ann", "2030-01-01T00:00:00.000Z");
    await world.clock.advance(1000);
    assert.deepEqual((await world.entries("c")).length, 3);
    await process.stop();
  });
});
