import type { Fault } from "./fault.ts";
import type { LoggedEvent } from "./snapshot.ts";

/** An account after one of its events. */
export interface Passage {
  readonly position: number;
  readonly balance: number;
  readonly closed: boolean;
  /** What its row in the view of balances holds; null where there is none. */
  readonly row: number | null;
}

/** An event with its data read. */
export interface ReadEvent extends LoggedEvent {
  readonly read: { amount: number; to?: string; transfer?: number; entry?: number; locker?: string };
}

/** How an event changes a balance. */
const CHANGES: Readonly<Record<string, (amount: number) => number>> = {
  "account.deposited": (amount) => amount,
  "account.received": (amount) => amount,
  "account.withdrawn": (amount) => -amount,
  "account.sent": (amount) => -amount,
  "account.charged": () => -1,
  "account.rented": () => 0,
  "account.closed": () => 0,
};

/** A clerk's entry: which event it is of, and which event it is. */
export interface Entry {
  readonly of: number;
  readonly position: number;
}

/**
 * The log as the test reads it, folded in plain code. Every amount is in one command only, so that an event tells
 * which command it is of.
 */
export class History {
  readonly events: ReadEvent[] = [];
  /** By account, what it was after each of its versions. */
  readonly accounts = new Map<string, Passage[]>();
  /** By type and amount, which all commands' events are found by: their positions. */
  readonly #positions = new Map<string, number[]>();
  /** By the position of what was sent. */
  readonly received = new Map<number, ReadEvent>();
  /** Lockers, by the account that has them. */
  readonly lockers = new Map<string, string>();
  /** By account, in the order of the log. */
  readonly entries = new Map<string, Entry[]>();
  readonly withdrawals = new Map<string, ReadEvent[]>();
  readonly #versions = new Map<string, number>();

  get head(): number {
    return this.events.length;
  }

  positionsOf(type: string, amount: number): readonly number[] {
    return this.#positions.get(`${type} ${amount}`) ?? [];
  }

  account(id: string): Passage | undefined {
    return this.accounts.get(id)?.at(-1);
  }

  /** Takes in what the log has more by now. */
  add(events: readonly LoggedEvent[]): Fault[] {
    return events.flatMap((event) => this.#add({ ...event, read: JSON.parse(event.data) }));
  }

  #add(event: ReadEvent): Fault[] {
    const faults = this.#placeFaults(event);
    this.events.push(event);
    if (event.entity === "account") faults.push(...this.#addToAccount(event));
    else faults.push(...this.#addToStatement(event));
    return faults;
  }

  #placeFaults({ position, entity, id, version }: ReadEvent): Fault[] {
    const faults: Fault[] = [];
    if (position !== this.head + 1)
      faults.push({ promise: "order", what: `position ${this.head + 1} is missing before ${position}` });
    const stream = `${entity}/${id}`;
    const before = this.#versions.get(stream) ?? 0;
    if (version !== before + 1)
      faults.push({ promise: "order", what: `${stream} goes from version ${before} to ${version}` });
    this.#versions.set(stream, version);
    return faults;
  }

  #addToAccount(event: ReadEvent): Fault[] {
    const { id, type, read, position } = event;
    const passages = listIn(this.accounts, id);
    const { balance = 0, closed = false, row = null } = passages.at(-1) ?? {};
    const change = CHANGES[type]!(read.amount);
    const closes = type === "account.closed";
    const now = {
      position,
      balance: balance + change,
      closed: closed || closes,
      row: closes ? null : (row ?? 0) + change,
    };
    passages.push(now);
    if (type === "account.withdrawn") listIn(this.withdrawals, id).push(event);
    const faults = this.#repeatFaults(event);
    if (type === "account.rented") faults.push(...this.#rentFaults(event));
    if (now.balance < 0)
      faults.push({
        promise: "order",
        what: `${id} is overdrawn by ${-now.balance} at position ${position}`,
      });
    if (closed && type !== "account.received")
      faults.push({ promise: "order", what: `${id} was closed before ${type} at position ${position}` });
    return faults;
  }

  #repeatFaults(event: ReadEvent): Fault[] {
    const { type, read, position } = event;
    if (type === "account.received") return this.#receivedFaults(event);
    if (type === "account.closed") return [];
    const positions = listIn(this.#positions, `${type} ${read.amount}`);
    positions.push(position);
    if (positions.length === 1) return [];
    return [{ promise: "once", what: `${type} of ${read.amount} is there at ${positions.join(" and ")}` }];
  }

  #rentFaults({ id, read, position }: ReadEvent): Fault[] {
    const holder = [...this.lockers].find(([account, locker]) => locker === read.locker && account !== id);
    this.lockers.set(id, read.locker!);
    if (!holder) return [];
    return [
      { promise: "order", what: `${id} and ${holder[0]} have the same locker at position ${position}` },
    ];
  }

  #receivedFaults(event: ReadEvent): Fault[] {
    const { id, read, position } = event;
    const first = this.received.get(read.transfer!);
    this.received.set(read.transfer!, first ?? event);
    if (first)
      return [
        {
          promise: "reactions",
          what: `transfer ${read.transfer} arrived at ${first.position} and ${position}`,
        },
      ];
    const sent = this.events[read.transfer! - 1];
    if (sent?.type === "account.sent" && sent.read.to === id && sent.read.amount === read.amount) return [];
    return [{ promise: "reactions", what: `${read.amount} arrived at ${position}, and nobody has sent it` }];
  }

  #addToStatement({ id, read, position }: ReadEvent): Fault[] {
    const entries = listIn(this.entries, id);
    entries.push({ of: read.entry!, position });
    const expected = this.withdrawals.get(id)?.[entries.length - 1]?.position;
    if (read.entry === expected) return [];
    return [
      {
        promise: "reactions",
        what: `entry ${entries.length} of ${id} is of position ${read.entry}, not of ${expected}`,
      },
    ];
  }
}

function listIn<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const known = lists.get(key);
  if (known) return known;
  const list: Item[] = [];
  lists.set(key, list);
  return list;
}
