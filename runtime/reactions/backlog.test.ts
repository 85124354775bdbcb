import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Event } from "@plinth/model";
import { type ParkChanges, PlinthError } from "@plinth/ports";
import { type Act, courier, intercepted, record, recordGood, World } from "./world.fixture.ts";

describe("what fails", () => {
  test("is tried again after waits that double, and parked after the last one", async () => {
    const world = new World();
    await world.post("a");
    const times: number[] = [];
    const attempts: number[] = [];
    const act: Act = (_event, { attempt }) => {
      times.push(world.clock.elapsed());
      attempts.push(attempt);
      throw new Error("It never works.");
    };
    const process = world.start(courier(act));
    await world.clock.advance(60_000);
    assert.deepEqual(attempts, [1, 2, 3, 4]);
    const waits = times.slice(1).map((time, index) => time - times[index]!);
    for (const [index, wait] of waits.entries())
      assert.ok(wait >= 500 * 2 ** index && wait <= 1000 * 2 ** index, `Wait ${index} was ${wait} ms.`);
    const [row] = await world.parks();
    assert.equal(row?.error, "Error: It never works.");
    assert.deepEqual([row?.status, row?.attempts, row?.dueAt], ["parked", 4, 0]);
    assert.deepEqual([process.work.handled, process.work.retried, process.work.parked], [0, 3, 1]);
    await process.stop();
  });

  test("keeps its count of attempts, and its time, across a restart", async () => {
    const world = new World();
    await world.post("a");
    const attempts: [number, number][] = [];
    const act: Act = (_event, { attempt }) => {
      attempts.push([attempt, world.clock.elapsed()]);
      throw new Error("It never works.");
    };
    const first = world.start(courier(act));
    await world.clock.advance(10);
    const [row] = await world.parks();
    await first.stop();
    const second = world.start(courier(act));
    await world.clock.advance(60_000);
    assert.deepEqual(
      attempts.map(([attempt]) => attempt),
      [1, 2, 3, 4],
    );
    assert.equal(attempts[1]![1], row!.dueAt - Date.UTC(2030, 0, 1));
    await second.stop();
  });

  test("is tried in time, though the time of day was set back", async () => {
    const world = new World();
    await world.post("a:bad");
    const process = world.start(courier(recordGood));
    await world.clock.advance(10);
    world.clock.jump(0);
    await world.clock.advance(1000);
    assert.deepEqual(await world.parked(), ["main/a 1 retrying 2"]);
    world.clock.jump(-1_000_000_000);
    await process.stop();
    const next = world.start(courier(recordGood));
    await world.clock.advance(120_000);
    assert.deepEqual(await world.parked(), ["main/a 1 parked 4"]);
    await next.stop();
  });

  test("may fail with anything", async () => {
    const world = new World();
    const thrown = [
      null,
      undefined,
      Object.create(null),
      "half \ud800 and \0",
      { is: "bad" },
      new PlinthError("invalid_argument", "Mine."),
    ];
    await world.post(...thrown.map((_, index) => `${index}`));
    const act: Act = ({ data }) => {
      throw thrown[Number(data.lane)];
    };
    const process = world.start(courier(act));
    await world.clock.advance(60_000);
    const rows = await world.parks();
    assert.deepEqual(
      rows.map(({ error, attempts }) => `${attempts} ${error}`),
      [
        "4 null",
        "4 undefined",
        "4 [Object: null prototype] {}",
        "4 half \ufffd and ",
        "4 { is: 'bad' }",
        "4 invalid_argument: Mine.",
      ],
    );
    await process.stop();
  });

  test("does not hold up the log where it is the key that cannot be had", async () => {
    const world = new World();
    await world.post("a", "b", "a");
    const key = (event: Event) => {
      const { lane } = event.data as { lane: string };
      if (lane === "b") throw new Error("No key.");
      return lane;
    };
    const process = world.start(courier(record, { key, shards: 2 }));
    await world.clock.advance(60_000);
    assert.deepEqual(await world.parked(), ["main/parcel/p2 2 parked 4"]);
    assert.deepEqual(await world.entries("a"), ["1", "3"]);
    assert.deepEqual(await world.positions(), [5, 5]);
    await process.stop();
  });
});

describe("what a person decides", () => {
  async function parkedWorld() {
    const world = new World();
    await world.post("a:bad", "a", "b:bad", "a");
    const process = world.start(courier(recordGood));
    await world.clock.advance(60_000);
    assert.deepEqual((await world.parked())[0], "main/a 1 parked 4");
    return { world, process, parks: world.store.parks };
  }

  test("a replay with other data is tried within a second, and those behind follow in order", async () => {
    const { world, process, parks } = await parkedWorld();
    assert.ok(await parks.replay("reactor:courier", 1, '{"lane":"a","what":"mended"}'));
    await world.clock.advance(1000);
    assert.deepEqual(await world.entries("a"), ["1", "2", "4"]);
    assert.deepEqual(await world.parked(), ["main/b 3 parked 4"]);
    await process.stop();
  });

  test("a replay that fails is parked again", async () => {
    const { world, process, parks } = await parkedWorld();
    for (const data of [null, '{"lane":"a","what":"bad"}', "{no json"]) {
      assert.ok(await parks.replay("reactor:courier", 1, data));
      await world.clock.advance(1000);
      assert.equal((await world.parks())[0]?.status, "parked");
    }
    assert.deepEqual((await world.parked())[0], "main/a 1 parked 7");
    assert.deepEqual(await world.entries("a"), []);
    await process.stop();
  });

  test("a replay does not wait for the retry's time", async () => {
    const world = new World();
    await world.post("a:bad", "a");
    const process = world.start(courier(recordGood, { retries: { max: 5, minMs: 600_000, maxMs: 600_000 } }));
    await world.clock.advance(1000);
    assert.ok(await world.store.parks.replay("reactor:courier", 1, '{"lane":"a","what":"mended"}'));
    await world.clock.advance(1000);
    assert.deepEqual(await world.entries("a"), ["1", "2"]);
    await process.stop();
  });

  test("after a discard those behind go on, and the key is free", async () => {
    const { world, process, parks } = await parkedWorld();
    assert.ok(await parks.discard("reactor:courier", 1, "Nonsense.", "ann", "2030-01-01T00:00:00.000Z"));
    await world.clock.advance(1000);
    assert.deepEqual(await world.entries("a"), ["2", "4"]);
    await parks.discard("reactor:courier", 3, "Nonsense.", "ann", "2030-01-01T00:00:00.000Z");
    await world.clock.advance(1000);
    assert.deepEqual(await world.parked(), []);
    await world.post("a", "b");
    await world.clock.advance(0);
    assert.deepEqual(await world.entries("b"), ["8"]);
    await process.stop();
  });

  test("what was decided while nobody worked on the shard is done when someone does", async () => {
    const { world, process, parks } = await parkedWorld();
    await process.stop();
    await parks.discard("reactor:courier", 1, "Nonsense.", "ann", "2030-01-01T00:00:00.000Z");
    await parks.replay("reactor:courier", 3, '{"lane":"b","what":"mended"}');
    const next = world.start(courier(recordGood));
    await world.clock.advance(100);
    assert.deepEqual([await world.entries("a"), await world.entries("b")], [["2", "4"], ["3"]]);
    await next.stop();
  });

  /** A handler that fails after a while is in the middle of its second attempt. */
  async function midwayWorld() {
    const world = new World();
    const seen: string[] = [];
    const act: Act = async ({ position, data }) => {
      seen.push(`${position} ${data.what}`);
      await new Promise<void>((resolve) => world.clock.after(600, resolve));
      if (data.what === "bad") throw new Error("It is bad.");
    };
    await world.post("a:bad", "a");
    const process = world.start(courier(act, { retries: { max: 3, minMs: 5000, maxMs: 5000 } }));
    while (seen.length < 2) await world.clock.advance(1);
    return { world, seen, process, parks: world.store.parks };
  }

  test("what is discarded while its handler runs does not come back when that fails", async () => {
    const { world, seen, process, parks } = await midwayWorld();
    await parks.discard("reactor:courier", 1, "Nonsense.", "ann", "2030-01-01T00:00:00.000Z");
    await world.clock.advance(30_000);
    assert.deepEqual([seen, await world.parked()], [["1 bad", "1 bad", "2 ok"], []]);
    await process.stop();
  });

  test("what is wanted otherwise while its handler runs is tried again at once when that fails", async () => {
    const { world, seen, process, parks } = await midwayWorld();
    await parks.replay("reactor:courier", 1, '{"lane":"a","what":"mended"}');
    await world.clock.advance(700);
    assert.deepEqual(seen, ["1 bad", "1 bad", "1 mended"]);
    await world.clock.advance(2000);
    assert.deepEqual([seen.slice(3), await world.parked()], [["2 ok"], []]);
    await process.stop();
  });
});

describe("what was here before", () => {
  test("is not parked anew, nor handled, when it is delivered again after a crash", async () => {
    const world = new World();
    const seen: number[] = [];
    const act: Act = ({ position, data }) => {
      seen.push(position);
      if (data.what === "bad") throw new Error("It is bad.");
      return data.what === "slow" ? new Promise(() => {}) : undefined;
    };
    const once = courier(act, { retries: { max: 0 } });
    await world.post("b:slow", "a", "a:bad", "a", "a");
    const first = world.start(once);
    await world.clock.advance(1000);
    await world.store.parks.discard("reactor:courier", 4, "Nonsense.", "ann", "2030-01-01T00:00:00.000Z");
    first.crash();
    assert.deepEqual(await world.positions(), [0]);
    const parked = await world.parks();
    const second = world.start(once);
    await world.clock.advance(10_000);
    assert.deepEqual(await world.parks(), parked);
    assert.deepEqual(seen, [1, 2, 3, 1]);
    await world.post("a");
    await world.clock.advance(100);
    assert.deepEqual(await world.parked(), ["main/a 3 parked 1", "main/a 5 behind 0", "main/a 6 behind 0"]);
    second.crash();
  });

  test("is not left behind where more of its key comes at the moment at which the key is freed", async () => {
    const world = new World();
    const parks = intercepted(world.store.parks, async (method, call) => {
      const answer = await call();
      if (method === "list") await new Promise<void>((resolve) => world.clock.after(50, resolve));
      return answer;
    });
    await world.post("a");
    const act: Act = async (event, context) => {
      if (context.attempt === 1 && event.position === 1) throw new Error("Not yet.");
      await record(event, context);
    };
    const process = world.start(courier(act), { store: { ...world.store, parks } });
    while ((await world.entries("a")).length === 0) await world.clock.advance(1);
    await world.clock.advance(25);
    assert.deepEqual(await world.parked(), []);
    await world.post("a");
    await world.clock.advance(1);
    assert.deepEqual(await world.parked(), ["main/a 3 behind 0"]);
    await world.clock.advance(500);
    assert.deepEqual(await world.entries("a"), ["1", "3"]);
    assert.deepEqual(await world.parked(), []);
    await process.stop();
  });

  for (const decision of ["replayed", "discarded"] as const)
    test(`stays ${decision} where a person decides so as a failed attempt is being written down`, async () => {
      const world = new World();
      const seen: unknown[] = [];
      let decided = false;
      const parks = intercepted(world.store.parks, async (method, call, [changes]) => {
        if (method === "write" && (changes as ParkChanges).change.length > 0 && !decided) {
          decided = true;
          if (decision === "replayed")
            await world.store.parks.replay("reactor:courier", 1, '{"lane":"a","what":"mended"}');
          else
            await world.store.parks.discard(
              "reactor:courier",
              1,
              "Not ours.",
              "eva",
              "2030-01-01T00:00:00.000Z",
            );
        }
        return call();
      });
      await world.post("a:bad", "a");
      const act: Act = async (event, context) => {
        seen.push(event.data.what);
        await recordGood(event, context);
      };
      const process = world.start(courier(act), { store: { ...world.store, parks } });
      await world.clock.advance(60_000);
      assert.ok(decided);
      assert.deepEqual(seen, decision === "replayed" ? ["bad", "bad", "mended", "ok"] : ["bad", "bad", "ok"]);
      assert.deepEqual(await world.entries("a"), decision === "replayed" ? ["1", "2"] : ["2"]);
      assert.deepEqual(await world.parked(), []);
      await process.stop();
    });
});
