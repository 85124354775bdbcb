import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { actor, anonymous } from "@plinth/model";
import type { Taker } from "@plinth/ports";
import { seededRandom, simulatedClock } from "@plinth/testing";
import { type GcraOptions, gcraLimiter } from "./gcra.ts";

const taker: Taker = { actor: actor("ada"), client: "203.0.113.7", route: "POST /accounts/{id}/deposit" };

function limited(options: Partial<GcraOptions> = {}) {
  const clock = simulatedClock();
  const limiter = gcraLimiter({ clock, quota: 3, windowSeconds: 6, ...options });
  const isAllowed = (changed: Partial<Taker> = {}) =>
    limiter.take({ ...taker, ...changed }).retryAfterMs === null;
  return { clock, limiter, isAllowed };
}

describe("a quota", () => {
  it("may be used in one burst, and tells what is left of it", () => {
    const { limiter } = limited();
    const limit = { name: "default", quota: 3, windowSeconds: 6 };
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => limiter.take(taker)),
      [
        { limit, retryAfterMs: null, remaining: 2, resetSeconds: 2 },
        { limit, retryAfterMs: null, remaining: 1, resetSeconds: 4 },
        { limit, retryAfterMs: null, remaining: 0, resetSeconds: 6 },
        { limit, retryAfterMs: 2000, remaining: 0, resetSeconds: 6 },
        { limit, retryAfterMs: 2000, remaining: 0, resetSeconds: 6 },
      ],
    );
  });

  it("comes back evenly, one request every window / quota, and is never more than whole", async () => {
    const { clock, limiter, isAllowed } = limited();
    for (let at = 0; at < 3; at++) assert.ok(isAllowed());
    for (let at = 0; at < 5; at++) {
      await clock.advance(1999);
      assert.equal(limiter.take(taker).retryAfterMs, 1);
      await clock.advance(1);
      assert.ok(isAllowed());
    }
    await clock.advance(1_000_000);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => isAllowed()),
      [true, true, true, false],
    );
  });

  it("says when to come back to the millisecond, where its interval is no whole number of them", async () => {
    const { clock, limiter, isAllowed } = limited({ quota: 7, windowSeconds: 1 });
    for (let at = 0; at < 7; at++) assert.ok(isAllowed());
    for (let at = 0; at < 100; at++) {
      const { retryAfterMs } = limiter.take(taker);
      await clock.advance(retryAfterMs! - 1);
      assert.equal(isAllowed(), false);
      await clock.advance(1);
      assert.ok(isAllowed());
    }
  });

  for (const seed of [1, 2, 3])
    it(`lets no stretch have more than itself and what has come back meanwhile (seed ${seed})`, async () => {
      const random = seededRandom(seed);
      const quota = 1 + random.below(9);
      const windowSeconds = 1 + random.below(3);
      const { clock, limiter } = limited({ quota, windowSeconds });
      const allowedAt: number[] = [];
      for (let at = 0; at < 800; at++) {
        if (random.oneIn(3)) await clock.advance(random.below((2000 * windowSeconds) / quota));
        if (random.oneIn(100)) await clock.advance(1000 * windowSeconds);
        if (limiter.take(taker).retryAfterMs === null) allowedAt.push(clock.elapsed());
      }
      assert.ok(allowedAt.length > 100 && allowedAt.length < 800, `${allowedAt.length} of 800`);
      for (const [from, start] of allowedAt.entries())
        for (const [beyond, end] of allowedAt.slice(from).entries()) {
          const back = (quota * (end - start)) / (1000 * windowSeconds);
          assert.ok(beyond + 1 <= quota + back, `${beyond + 1} from ${start} to ${end}`);
        }
    });

  it("counts what remains as what may still be asked at once", async () => {
    const random = seededRandom(4);
    const { clock, limiter, isAllowed } = limited({ quota: 5, windowSeconds: 3 });
    for (let round = 0; round < 50; round++) {
      await clock.advance(random.below(4000));
      const { remaining } = limiter.take(taker);
      for (let at = 0; at < remaining; at++) assert.ok(isAllowed());
      assert.equal(isAllowed(), false);
    }
  });
});

describe("a bucket", () => {
  const others: [string, Partial<Taker>][] = [
    ["another actor", { actor: actor("grace") }],
    ["the same actor of another tenant", { actor: actor("ada", [], "north") }],
    ["another route", { route: "GET /accounts/{id}" }],
    ["nobody signed in", { actor: anonymous }],
  ];
  for (const [what, changed] of others)
    it(`is not shared with ${what}`, () => {
      const { isAllowed } = limited({ quota: 1 });
      assert.deepEqual([isAllowed(), isAllowed(), isAllowed(changed)], [true, false, true]);
    });

  it("is not shared where the names of tenant and actor run into each other", () => {
    const { isAllowed } = limited({ quota: 1 });
    assert.ok(isAllowed({ actor: actor("a7:actor:b", [], "t") }));
    assert.ok(isAllowed({ actor: actor("b", [], "t16:actor:a") }));
  });

  it("goes with the actor wherever they connect from", () => {
    const { isAllowed } = limited({ quota: 1 });
    assert.deepEqual([isAllowed(), isAllowed({ client: "203.0.113.8" })], [true, false]);
  });

  it("goes with the network where nobody signed in", () => {
    const { isAllowed } = limited({ quota: 1 });
    const from = (client: string) => isAllowed({ actor: anonymous, client });
    assert.deepEqual(
      [from("203.0.113.7"), from("::ffff:203.0.113.7"), from("203.0.113.8")],
      [true, false, true],
    );
    assert.deepEqual(
      [from("2001:db8::1"), from("2001:db8::2"), from("2001:db8:0:1::1")],
      [true, false, true],
    );
  });
});

describe("the room for buckets", () => {
  const id = (at: number) => ({ actor: actor(`actor-${at}`) });

  it("is bounded, however many ask", () => {
    const { limiter, isAllowed } = limited({ bucketsMax: 100 });
    for (let at = 0; at < 10_000; at++) {
      assert.ok(isAllowed(id(at)));
      assert.ok(limiter.size <= 100, `${limiter.size} buckets`);
    }
  });

  it("is that of those which are whole again, before any in use goes", async () => {
    const { clock, limiter, isAllowed } = limited({ quota: 10, windowSeconds: 10, bucketsMax: 100 });
    for (let at = 0; at < 100; at++) assert.ok(isAllowed(id(at % 10)));
    for (let round = 1; round <= 5; round++) {
      for (let at = 0; at < 40; at++) isAllowed(id(100 * round + at));
      await clock.advance(1000);
    }
    for (let at = 0; at < 10; at++)
      assert.equal(limiter.take({ ...taker, ...id(at) }).remaining, 4, `actor-${at}`);
  });

  it("has one place for each", () => {
    const { limiter, isAllowed } = limited({ bucketsMax: 100 });
    for (let at = 0; at < 80; at++) isAllowed(id(at));
    for (let at = 0; at < 10; at++) isAllowed(id(at));
    assert.equal(limiter.size, 80);
  });

  it("keeps the newest half where all are in use", () => {
    const { isAllowed } = limited({ quota: 1, bucketsMax: 100 });
    for (let at = 0; at < 1000; at++) assert.ok(isAllowed(id(at)));
    for (let at = 950; at < 1000; at++) assert.equal(isAllowed(id(at)), false, `actor-${at}`);
    assert.ok(isAllowed(id(0)));
  });

  it("keeps those that are asked for again", () => {
    const { isAllowed } = limited({ quota: 1, bucketsMax: 100 });
    assert.ok(isAllowed());
    for (let at = 0; at < 1000; at++) {
      isAllowed(id(at));
      if (at % 20 === 0) assert.equal(isAllowed(), false);
    }
  });
});

describe("the options of a limiter", () => {
  const bad: [Partial<GcraOptions>, RegExp][] = [
    [{ quota: 0 }, /^gcraLimiter: quota is 0: use a whole number from 1 to 1000000\.$/],
    [{ quota: 1.5 }, /quota is 1\.5/],
    [{ windowSeconds: Number.NaN }, /windowSeconds is NaN/],
    [{ windowSeconds: 86_401 }, /windowSeconds is 86401/],
    [{ bucketsMax: 1 }, /bucketsMax is 1/],
    [{ name: 'a"b' }, /name is "a"b"/],
  ];
  for (const [options, message] of bad)
    it(`refuses ${JSON.stringify(options)}`, () =>
      assert.throws(() => limited(options), { name: "RangeError", message }));

  it("takes a name", () => {
    assert.equal(limited({ name: "burst" }).limiter.take(taker).limit.name, "burst");
  });
});
