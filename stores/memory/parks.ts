import type {
  Checkpoint,
  Clock,
  Discarded,
  Json,
  ParkChanges,
  Parked,
  ParkQuery,
  Parks,
} from "@plinth/ports";
import { idOf } from "./identity.ts";
import { compareText } from "./lists.ts";
import { discardedOfRecord, parkedOfRecord, recordOfDiscarded, recordOfParked } from "./records.ts";
import { type Shelves, shelf } from "./shelves.ts";
import type { MemorySubscriptions } from "./subscriptions.ts";
import type { Turns } from "./turns.ts";

export class MemoryParks implements Parks {
  readonly #parked = new Map<string, Parked>();
  /** Newest first. */
  readonly #discarded: Discarded[] = [];
  /** As a copy reads and writes them. */
  readonly shelves: Shelves<"parks" | "discarded"> = {
    parks: shelf(
      () => this.#parked.values(),
      recordOfParked,
      (record) => this.#keep(parkedOfRecord(record)),
    ),
    discarded: shelf(
      () => this.#discarded.toReversed().entries(),
      recordOfDiscarded,
      (record) => this.#discarded.splice(0, 0, discardedOfRecord(record)),
    ),
  };
  readonly #turns: Turns;
  readonly #subscriptions: MemorySubscriptions;
  readonly #clock: Clock;

  constructor(turns: Turns, subscriptions: MemorySubscriptions, clock: Clock) {
    this.#turns = turns;
    this.#subscriptions = subscriptions;
    this.#clock = clock;
  }

  async list(query: ParkQuery): Promise<readonly Parked[]> {
    await this.#turns.next();
    return [...this.#parked.values()]
      .filter((parked) => asks(query, parked))
      .sort(comparePlaces)
      .slice(0, query.limit);
  }

  async write({ put, change, remove }: ParkChanges, checkpoint: Checkpoint): Promise<boolean> {
    await this.#turns.next();
    if (!this.#subscriptions.move(checkpoint)) return false;
    for (const position of remove) this.#parked.delete(idOf(checkpoint.lease.subscription, position));
    for (const parked of put)
      if (!this.#parked.has(placeOf(parked))) this.#parked.set(placeOf(parked), parked);
    for (const { from, to } of change)
      if (isStill(this.#parked.get(placeOf(from)), from)) this.#parked.set(placeOf(to), to);
    return true;
  }

  async replay(subscription: string, position: number, data: Json | null): Promise<boolean> {
    await this.#turns.next();
    const id = idOf(subscription, position);
    const parked = this.#parked.get(id);
    if (parked?.status !== "parked" && parked?.status !== "retrying") return false;
    const dueAt = this.#clock.now();
    this.#parked.set(id, { ...parked, status: "replay", dueAt, data: data ?? parked.data });
    return true;
  }

  async discard(
    subscription: string,
    position: number,
    reason: string,
    by: string,
    at: string,
  ): Promise<boolean> {
    await this.#turns.next();
    const id = idOf(subscription, position);
    const parked = this.#parked.get(id);
    if (!parked) return false;
    this.#parked.delete(id);
    this.#discarded.unshift({ subscription, position, key: parked.key, error: parked.error, reason, by, at });
    return true;
  }

  #keep(parked: Parked): void {
    this.#parked.set(placeOf(parked), parked);
  }

  async discarded(limit: number): Promise<readonly Discarded[]> {
    await this.#turns.next();
    return this.#discarded.slice(0, limit);
  }
}

function placeOf({ subscription, position }: Parked): string {
  return idOf(subscription, position);
}

/** Whether nobody has decided anything since. */
function isStill(now: Parked | undefined, { status, dueAt, data }: Parked): boolean {
  return now?.status === status && now.dueAt === dueAt && now.data === data;
}

function asks(query: ParkQuery, parked: Parked): boolean {
  const { subscription, shard, key, statuses, dueBy, after } = query;
  if (subscription !== undefined && parked.subscription !== subscription) return false;
  if (shard !== undefined && parked.shard !== shard) return false;
  if (key !== undefined && parked.key !== key) return false;
  if (statuses !== undefined && !statuses.includes(parked.status)) return false;
  if (dueBy !== undefined && (parked.dueAt === 0 || parked.dueAt > dueBy)) return false;
  return after === undefined || comparePlaces(parked, after) > 0;
}

type Place = Pick<Parked, "subscription" | "position">;

function comparePlaces(a: Place, b: Place): number {
  return compareText(a.subscription, b.subscription) || a.position - b.position;
}
