import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Parked, Store } from "@plinth/ports";
import { PlinthError } from "@plinth/ports";
import { type Act, courier, intercepted, record, recordGood, World } from "./world.fixture.ts";

/** The world's store, with what happens around its writes of checkpoints and parked events. */
function around(
  { store }: World,
  write: (call: () => Promise<unknown>, put: readonly Parked[], position: number) => Promise<unknown>,
): Store {
  const parks = intercepted(store.parks, (method, call, args) => {
    if (method !== "write") return call();
    const [{ put }, { position }] = args as [{ put: readonly Parked[] }, { position: number }];
    return write(call, put, position);
  });
  return { ...store, parks };
}

describe("the checkpoint", () => {
  test("moves past what is not the reactor's, and is written within 100 ms", async () => {
    const world = new World();
    const process = world.start(courier(record, { on: {} }));
    await world.clock.advance(10);
    await world.post("a", "b");
    await world.clock.advance(101);
    assert.deepEqual(await world.positions(), [2]);
    await process.stop();
  });

  test("is written seldom while much is handled, and not at all while nothing is", async () => {
    const world = new World();
    let writes = 0;
    const store = around(world, (call) => {
      writes += 1;
      return call();
    });
    const process = world.start(
      courier(() => {}),
      { store },
    );
    for (let times = 0; times < 100; times++) {
      await world.post("a");
      await world.clock.advance(10);
    }
    assert.ok(writes >= 9 && writes <= 12, `It was written ${writes} times in a second.`);
    await world.clock.advance(200);
    const before = writes;
    await world.clock.advance(60_000);
    assert.equal(writes, before);
    await process.stop();
  });

  test("passes a failed event only together with its row", async () => {
    const world = new World();
    await world.post("a:bad", "b", "a", "b");
    const writes: [number[], number][] = [];
    const store = around(world, (call, put, position) => {
      writes.push([put.map((row) => row.position), position]);
      return call();
    });
    const process = world.start(courier(recordGood), { store });
    await world.clock.advance(10);
    assert.deepEqual(writes[0]?.[0], [1, 3]);
    await world.clock.advance(200);
    assert.deepEqual(await world.positions(), [6]);
    await process.stop();
  });

  test("is written when the process stops", async () => {
    const world = new World();
    await world.post("a", "b");
    const process = world.start(courier(() => {}));
    await world.clock.advance(1);
    await process.stop();
    assert.deepEqual(await world.positions(), [2]);
  });
});

describe("a store that cannot answer", () => {
  const unavailable = () => Promise.reject(new PlinthError("unavailable", "The store is away."));

  test("loses nothing, and holds the log where its writes fail", async () => {
    const world = new World();
    let isAway = true;
    const store = around(world, (call) => (isAway ? unavailable() : call()));
    await world.post("a:bad", ...Array.from({ length: 3000 }, (_, index) => `a:${index}`), "b");
    let handled = 0;
    const act: Act = ({ data }) => {
      if (data.what === "bad") throw new Error("It is bad.");
      handled += 1;
    };
    const process = world.start(courier(act), { store });
    await world.clock.advance(30_000);
    assert.deepEqual([handled, await world.parked(), await world.positions()], [0, [], [0]]);
    isAway = false;
    await world.clock.advance(60_000);
    assert.equal(handled, 1);
    assert.equal((await world.parks()).length, 3001);
    await process.stop();
  });

  test("does not keep the process from stopping: what was not written is delivered again", async () => {
    const world = new World();
    await world.post("a:bad", "b");
    const store = around(world, unavailable);
    const first = world.start(courier(recordGood), { store });
    await world.clock.advance(10);
    await first.stop();
    assert.deepEqual([await world.parked(), await world.positions()], [[], [0]]);
    const second = world.start(courier(recordGood));
    await world.clock.advance(60_000);
    assert.deepEqual([await world.parked(), await world.entries("b")], [["main/a 1 parked 4"], ["2"]]);
    await second.stop();
  });

  test("delays what is parked, no more", async () => {
    const world = new World();
    await world.post("a:bad", "a");
    let isAway = false;
    const parks = intercepted(world.store.parks, (method, call) =>
      method === "list" && isAway ? unavailable() : call(),
    );
    const process = world.start(courier(recordGood), { store: { ...world.store, parks } });
    await world.clock.advance(100);
    isAway = true;
    await world.clock.advance(20_000);
    assert.deepEqual(await world.parked(), ["main/a 1 retrying 1", "main/a 2 behind 0"]);
    isAway = false;
    await world.clock.advance(60_000);
    assert.deepEqual(await world.parked(), ["main/a 1 parked 4", "main/a 2 behind 0"]);
    await process.stop();
  });
});

describe("leases", () => {
  test("an owner that was overtaken writes nothing, and stops its handlers", async () => {
    const world = new World();
    await world.post("a:slow", "b:bad");
    const aborted: string[] = [];
    const act =
      (name: string): Act =>
      async (event, { effect }) => {
        if (event.data.what === "bad") await new Promise<void>((resolve) => world.clock.after(4000, resolve));
        if (event.data.what === "bad") throw new Error(`It is bad, says ${name}.`);
        await effect("wait", ({ signal }) => {
          signal.addEventListener("abort", () => aborted.push(name));
          return new Promise<void>((resolve) => world.clock.after(20_000, resolve));
        });
      };
    const subscriptions = intercepted(world.store.subscriptions, (method, call) =>
      method === "renew" ? new Promise(() => {}) : call(),
    );
    world.start(courier(act("zombie")), { store: { ...world.store, subscriptions } });
    await world.clock.advance(3500);
    const owner = world.start(courier(act("owner")));
    await world.clock.advance(1000);
    assert.deepEqual([await world.parked(), aborted], [[], ["zombie"]]);
    await world.clock.advance(10_000);
    const [row] = await world.parks();
    assert.equal(row?.error, "Error: It is bad, says owner.");
    await world.clock.advance(60_000);
    assert.deepEqual(aborted, ["zombie", "owner"]);
    await owner.stop();
  });

  test("an owner that learns it was overtaken stops its handlers at once, though it has nothing to write", async () => {
    const world = new World();
    await world.post("a");
    let isCutOff = true;
    const subscriptions = intercepted(world.store.subscriptions, (method, call) =>
      method === "renew" && isCutOff
        ? Promise.reject(new PlinthError("unavailable", "The store is away."))
        : call(),
    );
    const aborted: number[] = [];
    const hang: Act = (_event, { effect }) =>
      effect("hang", ({ signal }) => {
        signal.addEventListener("abort", () => aborted.push(world.clock.elapsed()));
        return new Promise(() => {});
      });
    world.start(courier(hang), { store: { ...world.store, subscriptions } });
    await world.clock.advance(3500);
    const owner = world.start(courier(() => {}));
    await world.clock.advance(500);
    isCutOff = false;
    await world.clock.advance(1000);
    assert.equal(aborted.length, 1, "Its handler goes on.");
    await owner.stop();
  });

  test("each shard handles its own keys, on whichever process, and passes the others'", async () => {
    const world = new World();
    const by = new Map<string, Set<string>>();
    const act =
      (name: string): Act =>
      ({ data }) =>
        void by.set(data.lane, (by.get(data.lane) ?? new Set()).add(name));
    const shards = 8;
    const first = world.start(courier(act("first"), { shards }));
    await world.clock.advance(10);
    await world.post(...Array.from({ length: 200 }, (_, index) => `lane ${index % 40}`));
    await world.clock.advance(1000);
    first.crash();
    const second = world.start(courier(act("second"), { shards }));
    await world.clock.advance(10_000);
    await world.post(...Array.from({ length: 40 }, (_, index) => `lane ${index}`));
    await world.clock.advance(1000);
    assert.equal(by.size, 40);
    for (const names of by.values()) assert.deepEqual([...names], ["first", "second"]);
    assert.deepEqual(await world.positions(), new Array(8).fill(240));
    await second.stop();
  });
});

describe("stopping", () => {
  test("lets what runs finish, begins nothing more, and leaves nothing behind", async () => {
    const world = new World();
    const seen: string[] = [];
    const act: Act = async ({ position }) => {
      seen.push(`${position} begins`);
      await new Promise<void>((resolve) => world.clock.after(2000, resolve));
      seen.push(`${position} ends`);
    };
    await world.post("a", "a", "b", "c");
    const process = world.start(courier(act), { limits: { handlersMax: 2 } });
    await world.clock.advance(100);
    const stopped = process.stop();
    await world.clock.advance(5000);
    await stopped;
    assert.deepEqual(seen, ["1 begins", "3 begins", "1 ends", "3 ends"]);
    assert.deepEqual(await world.positions(), [1]);
    assert.equal(world.clock.untilNext, null);
  });

  test("does not wait for the log's next page where all handlers are busy", async () => {
    const world = new World();
    const act: Act = () => new Promise(() => {});
    await world.post(...Array.from({ length: 1000 }, (_, index) => `lane ${index}`));
    const process = world.start(courier(act), { limits: { patienceMs: 100 } });
    await world.clock.advance(100);
    let isStopped = false;
    void process.stop().then(() => {
      isStopped = true;
    });
    await world.clock.advance(100);
    assert.ok(isStopped);
    assert.deepEqual(await world.positions(), [0]);
    assert.equal(world.clock.untilNext, null);
  });

  test("cuts handlers when its patience ends, whether they heed it or not; they are delivered again", async () => {
    const world = new World();
    const aborted: unknown[] = [];
    const act: Act = (_event, { effect }) =>
      effect("hang", ({ signal }) => {
        signal.addEventListener("abort", () => aborted.push(signal.reason.message));
        return new Promise(() => {});
      });
    await world.post("a", "b");
    const process = world.start(courier(act), { limits: { patienceMs: 500 } });
    await world.clock.advance(100);
    const stopped = process.stop();
    await world.clock.advance(499);
    assert.deepEqual(aborted, []);
    await world.clock.advance(1);
    await stopped;
    assert.equal(aborted.length, 2);
    assert.deepEqual([await world.parked(), await world.positions()], [[], [0]]);
    assert.equal(world.clock.untilNext, null);
  });

  test("writes down what fails on the way out", async () => {
    const world = new World();
    await world.post("a:bad", "a");
    const act: Act = async () => {
      await new Promise<void>((resolve) => world.clock.after(1000, resolve));
      throw new Error("It is bad.");
    };
    const process = world.start(courier(act));
    await world.clock.advance(100);
    const stopped = process.stop();
    await world.clock.advance(1000);
    await stopped;
    assert.deepEqual(await world.parked(), ["main/a 1 retrying 1", "main/a 2 behind 0"]);
    assert.deepEqual(await world.positions(), [2]);
    assert.equal(world.clock.untilNext, null);
  });
});
