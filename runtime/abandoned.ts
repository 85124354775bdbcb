import type { Subscriptions } from "@plinth/ports";

/**
 * Gives back the leases of processes that are known to be gone, so that their work goes on at once instead of when
 * their leases run out. `isGone` may say no where it does not know; a wrong yes costs its owner a restart of its
 * shard and nothing else: the fencing token decides who writes.
 */
export async function releaseAbandoned(
  subscriptions: Subscriptions,
  isGone: (owner: string) => boolean,
): Promise<void> {
  for (const { subscription, shard, owner, token } of await subscriptions.list())
    if (owner !== null && isGone(owner)) await subscriptions.release({ subscription, shard, owner, token });
}
