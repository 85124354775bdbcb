import assert from "node:assert/strict";
import type { Lease, Subscriptions } from "@plinth/ports";
import { cases } from "./case.ts";

const TTL_MS = 1000;

/** Acquires a lease that must be free. */
export async function take(
  subscriptions: Subscriptions,
  owner = "node-a",
  subscription = "balances",
  shard = 0,
): Promise<Lease> {
  const checkpoint = await subscriptions.acquire(subscription, shard, owner, TTL_MS);
  assert.ok(checkpoint, `${owner} takes shard ${shard} of ${subscription}`);
  return checkpoint.lease;
}

async function positionOf(
  subscriptions: Subscriptions,
  subscription = "balances",
  shard = 0,
): Promise<number> {
  const found = (await subscriptions.list()).find(
    (status) => status.subscription === subscription && status.shard === shard,
  );
  return found?.position ?? Number.NaN;
}

const leases = cases("a lease", {
  "of a new shard begins at position 0": async ({ store: { subscriptions } }) => {
    const checkpoint = await subscriptions.acquire("balances", 3, "node-a", TTL_MS);
    assert.equal(checkpoint?.position, 0);
    const { token, ...lease } = checkpoint.lease;
    assert.deepEqual(lease, { subscription: "balances", shard: 3, owner: "node-a" });
    assert.ok(Number.isSafeInteger(token));
  },

  "is held by one owner": async ({ store: { subscriptions } }) => {
    const lease = await take(subscriptions, "node-a");
    assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
    assert.equal(await subscriptions.renew({ ...lease, owner: "node-b" }, TTL_MS), false);
  },

  "goes to exactly one of many who ask at once": async ({ store: { subscriptions } }) => {
    const owners = Array.from({ length: 20 }, (_, at) => `node-${at}`);
    const answers = await Promise.all(
      owners.map((owner) => subscriptions.acquire("balances", 0, owner, TTL_MS)),
    );
    assert.equal(answers.filter((answer) => answer !== null).length, 1);
  },

  "stays with its owner, token and all, when it asks again": async ({ store: { subscriptions } }) => {
    const lease = await take(subscriptions);
    assert.ok(await subscriptions.advance({ lease, position: 7 }));
    assert.deepEqual(await subscriptions.acquire("balances", 0, "node-a", TTL_MS), { lease, position: 7 });
  },

  "hands the checkpoint on, under a higher token": async ({ store: { subscriptions } }) => {
    const lease = await take(subscriptions, "node-a");
    await subscriptions.advance({ lease, position: 12 });
    await subscriptions.release(lease);
    const next = await subscriptions.acquire("balances", 0, "node-b", TTL_MS);
    assert.equal(next?.position, 12);
    assert.ok(next.lease.token > lease.token);
  },

  "given back is free at once": async ({ store: { subscriptions } }) => {
    const lease = await take(subscriptions, "node-a");
    await subscriptions.release(lease);
    assert.equal(await subscriptions.renew(lease, TTL_MS), false);
    assert.equal(await subscriptions.advance({ lease, position: 1 }), false);
    await take(subscriptions, "node-b");
  },

  "taken again by the owner that gave it back has a higher token": async ({ store: { subscriptions } }) => {
    const before = await take(subscriptions);
    await subscriptions.release(before);
    const after = await take(subscriptions);
    assert.ok(after.token > before.token);
    assert.equal(await subscriptions.advance({ lease: before, position: 1 }), false);
  },

  "is not given back by one who lost it": async ({ store: { subscriptions } }) => {
    const old = await take(subscriptions, "node-a");
    await subscriptions.release(old);
    const lease = await take(subscriptions, "node-b");
    await subscriptions.release(old);
    await subscriptions.release({ ...lease, owner: "node-a" });
    await subscriptions.release({ ...lease, token: old.token });
    assert.equal(await subscriptions.renew(lease, TTL_MS), true);
  },

  "that nobody ever took can't be renewed, moved or given back": async ({ store: { subscriptions } }) => {
    const lease = { subscription: "balances", shard: 0, owner: "node-a", token: 1 };
    assert.equal(await subscriptions.renew(lease, TTL_MS), false);
    assert.equal(await subscriptions.advance({ lease, position: 1 }), false);
    await subscriptions.release(lease);
    assert.deepEqual(await subscriptions.list(), []);
  },

  "is one of its shard alone": async ({ store: { subscriptions } }) => {
    const lease = await take(subscriptions, "node-a", "balances", 0);
    await take(subscriptions, "node-b", "balances", 1);
    await take(subscriptions, "node-b", "Balances", 0);
    await subscriptions.advance({ lease, position: 5 });
    assert.equal(await positionOf(subscriptions, "balances", 1), 0);
    assert.equal(await positionOf(subscriptions, "Balances", 0), 0);
  },
});

const expiry = cases(
  "a lease that runs out",
  {
    "can be taken when its time is over, not before": async ({ store: { subscriptions }, clock }) => {
      const old = await take(subscriptions, "node-a");
      await clock.advance(TTL_MS - 1);
      assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
      await clock.advance(1);
      const lease = await take(subscriptions, "node-b");
      assert.ok(lease.token > old.token);
    },

    "is still the owner's until another takes it": async ({ store: { subscriptions }, clock }) => {
      const lease = await take(subscriptions, "node-a");
      await clock.advance(TTL_MS * 10);
      assert.equal(await subscriptions.advance({ lease, position: 3 }), true);
      assert.equal(await subscriptions.renew(lease, TTL_MS), true);
      assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
    },

    "keeps its token when its owner comes back first": async ({ store: { subscriptions }, clock }) => {
      const lease = await take(subscriptions, "node-a");
      await clock.advance(TTL_MS * 10);
      assert.deepEqual(await take(subscriptions, "node-a"), lease);
    },

    "has no power after another took it": async ({ store: { subscriptions }, clock }) => {
      const zombie = await take(subscriptions, "node-a");
      await clock.advance(TTL_MS);
      const lease = await take(subscriptions, "node-b");
      assert.equal(await subscriptions.advance({ lease, position: 4 }), true);
      assert.equal(await subscriptions.renew(zombie, TTL_MS), false);
      assert.equal(await subscriptions.advance({ lease: zombie, position: 9 }), false);
      await subscriptions.release(zombie);
      assert.equal(await subscriptions.acquire("balances", 0, "node-a", TTL_MS), null);
      assert.equal(await positionOf(subscriptions), 4);
    },

    "lasts longer by each renewal": async ({ store: { subscriptions }, clock }) => {
      const lease = await take(subscriptions, "node-a");
      for (let time = 0; time < 5; time++) {
        await clock.advance(TTL_MS - 1);
        assert.equal(await subscriptions.renew(lease, TTL_MS), true);
      }
      await clock.advance(TTL_MS - 1);
      assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
    },

    "lasts longer when its owner acquires it again": async ({ store: { subscriptions }, clock }) => {
      await take(subscriptions, "node-a");
      await clock.advance(TTL_MS - 1);
      await take(subscriptions, "node-a");
      await clock.advance(TTL_MS - 1);
      assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
    },

    "survives a clock that jumps back": async ({ store: { subscriptions }, clock }) => {
      const lease = await take(subscriptions, "node-a");
      clock.jump(clock.now() - 60_000);
      assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
      assert.equal(await subscriptions.renew(lease, TTL_MS), true);
      await clock.advance(TTL_MS - 1);
      assert.equal(await subscriptions.acquire("balances", 0, "node-b", TTL_MS), null);
      assert.equal(await subscriptions.advance({ lease, position: 1 }), true);
    },

    "is listed with when it runs out": async ({ store: { subscriptions }, clock }) => {
      const lease = await take(subscriptions, "node-a");
      const expiresAt = clock.now() + TTL_MS;
      const held = {
        subscription: "balances",
        shard: 0,
        position: 0,
        owner: "node-a",
        token: lease.token,
        expiresAt,
      };
      assert.deepEqual(await subscriptions.list(), [held]);
      await subscriptions.release(lease);
      assert.deepEqual(await subscriptions.list(), [{ ...held, owner: null, expiresAt: 0 }]);
    },
  },
  { needs: ["clock"] },
);

const checkpoints = cases("a checkpoint", {
  "moves forward": async ({ store: { subscriptions } }) => {
    const lease = await take(subscriptions);
    for (const position of [1, 5, 5, 4_294_967_296_123]) {
      assert.equal(await subscriptions.advance({ lease, position }), true);
      assert.equal(await positionOf(subscriptions), position);
    }
  },

  "never moves back": async ({ store: { subscriptions } }) => {
    const lease = await take(subscriptions);
    await subscriptions.advance({ lease, position: 10 });
    await subscriptions.advance({ lease, position: 9 });
    assert.equal(await positionOf(subscriptions), 10);
  },

  "of a removed subscription is gone, with all its shards and no other": async ({
    store: { subscriptions },
  }) => {
    for (const shard of [0, 1, 2])
      await subscriptions.advance({ lease: await take(subscriptions, "a", "gone", shard), position: 9 });
    await subscriptions.advance({ lease: await take(subscriptions, "a", "stays", 0), position: 9 });
    await subscriptions.remove("gone");
    await subscriptions.remove("never was");
    assert.deepEqual(
      (await subscriptions.list()).map(({ subscription }) => subscription),
      ["stays"],
    );
    assert.equal((await subscriptions.acquire("gone", 0, "a", TTL_MS))?.position, 0);
  },

  "can't be moved by a lease from before the subscription was removed": async ({
    store: { subscriptions },
  }) => {
    const zombie = await take(subscriptions);
    await subscriptions.remove("balances");
    assert.equal(await subscriptions.advance({ lease: zombie, position: 9 }), false);
    await take(subscriptions);
    assert.equal(await subscriptions.advance({ lease: zombie, position: 9 }), false);
    assert.equal(await positionOf(subscriptions), 0);
  },
});

export const leaseCases = [...leases, ...expiry, ...checkpoints];
