import type { StreamName } from "@plinth/model";
import type { Answer, Checkpoint, Commit, Condition, Lease, Outcome, StoredState } from "@plinth/ports";
import type { SeededRandom } from "../../random.ts";

interface Done extends Commit {
  readonly version: number;
  readonly position: number;
}

/**
 * The log in one list: the commits that were accepted. All else is found by going through it, which is slow,
 * and too plain to be wrong in the way a store would be.
 */
export class LogModel {
  readonly #done: Done[] = [];

  get head(): number {
    return this.events().length;
  }

  version(stream: StreamName): number {
    return this.#of(stream).reduce((sum, { events }) => sum + events.length, 0);
  }

  state(stream: StreamName): StoredState | null {
    const last = this.#of(stream).findLast(({ state }) => state !== null);
    return last ? { id: stream.id, version: last.version, state: last.state! } : null;
  }

  answer(id: string): Answer | null {
    const first = this.#done.find(({ command }) => command?.id === id);
    if (!first?.command) return null;
    const { stream, version, position, events, command } = first;
    const { fingerprint, refusal } = command;
    return { stream, version, position, events: events.length, fingerprint, refusal };
  }

  events(): readonly { stream: StreamName; version: number; position: number; data: string }[] {
    return this.#done.flatMap(({ stream, events, version, position }) =>
      events.map(({ data }, at) => ({
        stream,
        version: version - events.length + at + 1,
        position: position - events.length + at + 1,
        data,
      })),
    );
  }

  append(commit: Commit): Outcome {
    const { stream, expectedVersion, events, command, conditions, unique } = commit;
    const answer = command && this.answer(command.id);
    if (answer) return { kind: "duplicate", answer };
    if (this.version(stream) !== expectedVersion) return { kind: "conflict" };
    if (conditions.some((condition) => !this.#holds(condition))) return { kind: "conflict" };
    for (const { index, claim } of unique) {
      const holder = claim === null ? null : this.#holder(stream.tenant, index, claim);
      if (holder !== null && !same(holder, stream)) return { kind: "taken", index };
    }
    const done = { version: expectedVersion + events.length, position: this.head + events.length };
    this.#done.push({ ...commit, ...done });
    return { kind: "accepted", ...done };
  }

  #of(stream: StreamName): readonly Done[] {
    return this.#done.filter((done) => same(done.stream, stream));
  }

  #holds(condition: Condition): boolean {
    if (condition.kind === "version") return this.version(condition.stream) === condition.version;
    const { tenant, entities, after } = condition;
    return !this.events().some(
      ({ stream, position }) =>
        position > after && stream.tenant === tenant && entities.includes(stream.entity),
    );
  }

  #holder(tenant: string, index: string, value: string): StreamName | null {
    let holder: StreamName | null = null;
    for (const { stream, unique } of this.#done)
      for (const change of unique) {
        if (stream.tenant !== tenant || change.index !== index) continue;
        if (change.release === value && holder && same(holder, stream)) holder = null;
        if (change.claim === value) holder = stream;
      }
    return holder;
  }
}

function same(a: StreamName, b: StreamName): boolean {
  return a.tenant === b.tenant && a.entity === b.entity && a.id === b.id;
}

/** One shard's lease, its checkpoint, and the one row that its owner writes. */
export class LeaseModel {
  position = 0;
  row: string | null = null;
  #lease: Lease | null = null;
  #expiresAt = 0;
  readonly #given: Lease[] = [];

  /** A lease that was given at some time, or one that never was. */
  anyLease(random: SeededRandom, owner: string): Lease {
    const made = { subscription: "balances", shard: 0, owner, token: 1 + random.below(5) };
    if (this.#given.length === 0 || random.oneIn(5)) return made;
    return random.oneIn(3) ? random.pick(this.#given) : this.#given.at(-1)!;
  }

  /** The position that the owner gets, or null; a new owner must have got a token above all before. */
  acquire(owner: string, now: number, ttlMs: number, token: number): number | null {
    const held = this.#lease;
    if (held && held.owner !== owner && this.#expiresAt > now) return null;
    if (held?.owner === owner ? token !== held.token : token <= (this.#given.at(-1)?.token ?? 0))
      throw new Error(`Token ${token} is not the one that ${owner} must get.`);
    this.#lease = { subscription: "balances", shard: 0, owner, token };
    this.#given.push(this.#lease);
    this.#expiresAt = now + ttlMs;
    return this.position;
  }

  renew(lease: Lease, now: number, ttlMs: number): boolean {
    if (!this.#isHeldBy(lease)) return false;
    this.#expiresAt = now + ttlMs;
    return true;
  }

  release(lease: Lease): null {
    if (this.#isHeldBy(lease)) this.#lease = null;
    return null;
  }

  move({ lease, position }: Checkpoint): boolean {
    if (!this.#isHeldBy(lease)) return false;
    this.position = Math.max(this.position, position);
    return true;
  }

  write(checkpoint: Checkpoint, row: string): boolean {
    if (!this.move(checkpoint)) return false;
    this.row = row;
    return true;
  }

  #isHeldBy({ owner, token }: Lease): boolean {
    return this.#lease?.owner === owner && this.#lease.token === token;
  }
}
