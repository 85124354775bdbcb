import { mutants } from "./mutant.ts";

const HELD = "status?.owner === owner && status.token === token ? status : null";

export const leaseMutants = mutants("subscriptions.ts", [
  ["writing rows", "ignores the token", HELD, "status?.owner === owner ? status : null"],
  ["writing rows", "ignores the owner", HELD, "status?.token === token ? status : null"],
  ["a lease", "gives every owner the same token", "++this.#lastToken", "1"],
  [
    "a lease",
    "gives a new token for every question",
    "isOwn ? before.token : ++this.#lastToken",
    "++this.#lastToken",
  ],
  ["a checkpoint", "gives tokens again after a removal", "++this.#lastToken", "(before?.token ?? 0) + 1"],
  [
    "a lease",
    "gives the lease to everyone",
    "before.expiresAt > now) return null",
    "before.expiresAt > now) void null",
  ],
  ["a lease", "begins anew with a new owner", "before?.position ?? 0", "(isOwn && before.position) || 0"],
  ["a lease", "keeps what is given back", "owner: null, expiresAt: 0", "expiresAt: 0"],
  ["a lease that runs out", "lets a lease run out never", "before.expiresAt > now", "true"],
  [
    "a lease that runs out",
    "lets a lease last a moment too long",
    "before.expiresAt > now",
    "before.expiresAt >= now",
  ],
  [
    "a lease that runs out",
    "renews nothing",
    "this.#put({ ...status, expiresAt: this.#clock.now() + ttlMs });",
    "",
  ],
  [
    "a lease that runs out",
    "has its own time",
    "const now = this.#clock.now();",
    "const now = Date.now() - 1e13;",
  ],
  [
    "a lease that runs out",
    "does not renew what is acquired again",
    "expiresAt: now + ttlMs",
    "expiresAt: isOwn ? before.expiresAt : now + ttlMs",
  ],
  ["a checkpoint", "moves back", "Math.max(status.position, position)", "position"],
  [
    "a checkpoint",
    "removes one shard of many",
    "if (status.subscription === subscription) this",
    "if (status.subscription === subscription && status.shard === 0) this",
  ],
]);

export const parkMutants = mutants("parks.ts", [
  [
    "parking",
    "ignores the lease",
    "if (!this.#subscriptions.move(checkpoint)) return false;",
    "this.#subscriptions.move(checkpoint);",
  ],
  [
    "parking",
    "removes nothing",
    "this.#parked.delete(idOf(checkpoint.lease.subscription, position));",
    "void position;",
  ],
  [
    "parking",
    "removes from every subscription",
    "this.#parked.delete(idOf(checkpoint.lease.subscription, position));",
    "for (const [id, parked] of this.#parked) if (parked.position === position) this.#parked.delete(id);",
  ],
  ["parking", "puts over what is parked already", "if (!this.#parked.has(placeOf(parked))) this", "this"],
  [
    "parking",
    "changes what was discarded",
    "return now?.status === status",
    "return now === undefined || now.status === status",
  ],
  ["parking", "changes what is to be replayed", "now?.status === status &&", "now &&"],
  ["parking", "changes what was replayed again", "now.dueAt === dueAt &&", ""],
  ["parking", "changes what has other data", "&& now.data === data", ""],
  [
    "parked events",
    "sorts by position alone",
    "compareText(a.subscription, b.subscription) || a.position",
    "a.position",
  ],
  ["parked events", "takes what is not planned for due", "parked.dueAt === 0 ||", ""],
  ["parked events", "takes one status", "!statuses.includes(parked.status)", "statuses[0] !== parked.status"],
  [
    "a person's decision on a parked event",
    "replays what waits behind another",
    'parked?.status !== "parked" &&',
    'parked?.status !== "behind" && parked?.status !== "parked" &&',
  ],
  [
    "a person's decision on a parked event",
    "replays at no time",
    "const dueAt = this.#clock.now();",
    "const dueAt = parked.dueAt;",
  ],
  [
    "a person's decision on a parked event",
    "loses the data put in place",
    "data: data ?? parked.data",
    "data: parked.data",
  ],
  [
    "a person's decision on a parked event",
    "loses data put in place before",
    "data: data ?? parked.data",
    "data",
  ],
  ["a person's decision on a parked event", "leaves what is discarded", "this.#parked.delete(id);", ""],
  [
    "a person's decision on a parked event",
    "lists the discarded oldest first",
    "this.#discarded.unshift(",
    "this.#discarded.push(",
  ],
  ["a person's decision on a parked event", "keeps no reason", "this.#discarded.unshift({", "void ({"],
]);

export const lifecycleMutants = mutants("turns.ts", [
  ["a store", "goes on after it has closed", "if (this.#closed) throw", "if (this.#closed && false) throw"],
]);
