import type { Fault, Promised } from "./fault.ts";
import { type Folded, Folds, type Promising, shardOf } from "./folds.ts";
import { History, type ReadEvent } from "./history.ts";
import { type Answer, isAccepted, type Ledger, nameOf, type Order, type Reading } from "./ledger.ts";
import type { LoggedEvent, ReadSnapshot, Snapshot } from "./snapshot.ts";

/** What each kind of command leaves in the log, one after another. */
const TYPES: Readonly<Record<Order["kind"], readonly string[]>> = {
  deposit: ["account.deposited"],
  withdraw: ["account.withdrawn"],
  transfer: ["account.sent", "account.charged"],
  rent: ["account.rented"],
  close: ["account.closed"],
};

/** Which events a reactor answers, where they go, and how its effect is found. */
interface Reacting {
  readonly subscription: string;
  readonly shards: number;
  readonly type: string;
  key(event: ReadEvent): string;
  isDone(history: History, event: ReadEvent): boolean;
}

const REACTING: readonly Reacting[] = [
  {
    subscription: "reactor:carrier",
    shards: 2,
    type: "account.sent",
    key: ({ id }) => `account/${id}`,
    isDone: (history, { position }) => history.received.has(position),
  },
  {
    subscription: "reactor:clerk",
    shards: 1,
    type: "account.withdrawn",
    key: ({ id }) => id,
    isDone: (history, event) => {
      const entries = history.entries.get(event.id) ?? [];
      const last = entries.at(-1);
      return last !== undefined && last.of >= event.position;
    },
  },
];

/** Events at the end of what was read before that are read once more: the end of the log is what a crash could take. */
const OVERLAP = 100;

/** Holds what a store has against what the ledger knows: everything here is told a second time, in plain code. */
export class Verification {
  readonly history = new History();
  readonly #read: ReadSnapshot;
  readonly #ledger: Ledger;
  readonly #folds: Folds;
  readonly #views: Readonly<Record<string, Folded>>;
  /** Events that a reactor has not been done with when last seen. */
  readonly #open: Map<Reacting, ReadEvent[]>;

  constructor(read: ReadSnapshot, ledger: Ledger, { views, reacts }: Promising) {
    this.#read = read;
    this.#ledger = ledger;
    this.#views = views;
    this.#folds = new Folds(views);
    this.#open = new Map(reacts ? REACTING.map((reacting) => [reacting, []]) : []);
  }

  /** Checks what is new in the store, and everything that is short. */
  async check(): Promise<{ faults: Fault[]; snapshot: Snapshot }> {
    const { orders, readings } = this.#ledger.takeFresh();
    const snapshot = await this.#read(Math.max(0, this.history.head - OVERLAP));
    return { snapshot, faults: this.#check(snapshot, orders, readings) };
  }

  /** Checks everything from the beginning, as if it had never been looked at. */
  async checkWhole(): Promise<Fault[]> {
    const { faults } = await this.check();
    if (faults.length > 0) return faults;
    const snapshot = await this.#read(0);
    return [
      ...this.#lostFaults(0, snapshot.events),
      ...new Folds(this.#views).check(this.history, snapshot),
      ...this.#ledger.orders.flatMap((order) => this.#orderFaults(order)),
    ];
  }

  #check(snapshot: Snapshot, orders: readonly Order[], readings: readonly Reading[]): Fault[] {
    const { history } = this;
    const before = history.head;
    const known = Math.min(before, OVERLAP);
    const faults = this.#lostFaults(before - known, snapshot.events.slice(0, known));
    faults.push(...history.add(snapshot.events.slice(known)));
    if (faults.length > 0) return faults;
    const events = history.events.slice(before);
    return [
      ...events.flatMap((event) => this.#senderFaults(event)),
      ...[...orders, ...this.#ledger.unanswered].flatMap((order) => this.#orderFaults(order)),
      ...readings.flatMap((reading) => this.#readingFaults(reading)),
      ...this.#folds.check(history, snapshot),
      ...this.#stateFaults(snapshot),
      ...this.#heldFaults(snapshot),
      ...[...this.#open.keys()].flatMap((reacting) => this.#reactingFaults(reacting, events, snapshot)),
    ];
  }

  /** What was in the log stays there, as it was. `found`: what there is after a position now. */
  #lostFaults(after: number, found: readonly LoggedEvent[]): Fault[] {
    const expected = this.history.events.slice(after);
    const changed = expected.findIndex((event, at) => !isSame(event, found[at]));
    if (changed < 0) return [];
    return [fault("durable", `position ${after + changed + 1} is no longer what it was`)];
  }

  /** Every event of a command is one that was sent, to this account, and not refused. */
  #senderFaults({ type, id, read, position }: ReadEvent): Fault[] {
    if (type === "account.received" || type === "account.closed" || type === "statement.recorded") return [];
    const order = this.#ledger.orders[read.amount - 1];
    if (!order || !TYPES[order.kind].includes(type) || order.account !== id)
      return [fault("once", `nobody has sent what ${type} of ${read.amount} at ${position} is of`)];
    if (order.answer && !isAccepted(order.answer))
      return [fault("once", `${nameOf(order)} was answered ${order.answer.status}, and is at ${position}`)];
    return [];
  }

  #orderFaults(order: Order): Fault[] {
    const { answer } = order;
    if (order.kind === "close") return answer && isAccepted(answer) ? this.#answerFaults(order, answer) : [];
    const places = TYPES[order.kind].map((type) => this.history.positionsOf(type, order.amount));
    const first = places[0]![0];
    if (places.some((positions, at) => positions[0] !== (first === undefined ? undefined : first + at)))
      return [fault("whole", `of ${nameOf(order)} there is ${JSON.stringify(places)}`)];
    if (answer && isAccepted(answer)) return this.#answerFaults(order, answer);
    if (answer && first !== undefined)
      return [fault("once", `${nameOf(order)} was answered ${answer.status}, and is at ${first}`)];
    return [];
  }

  /** An answer tells the position, the version and the state that the log has. */
  #answerFaults(order: Order, answer: Answer): Fault[] {
    const { version, position, state } = JSON.parse(answer.body) as {
      version: number;
      position: number;
      state: { balance: number; closed: boolean };
    };
    const passage = this.history.accounts.get(order.account)?.[version - 1];
    const types = TYPES[order.kind];
    const last = this.history.positionsOf(types.at(-1)!, order.amount)[0];
    if (!passage || (order.kind !== "close" && last === undefined))
      return [fault("durable", `${nameOf(order)} was acknowledged at ${position}, and is not there`)];
    if (order.kind !== "close" && last !== position)
      return [fault("once", `${nameOf(order)} was acknowledged at ${position}, and is at ${last}`)];
    if (order.kind !== "close" && passage.position !== position)
      return [fault("order", `${nameOf(order)} was acknowledged as version ${version}, and is another`)];
    if (passage.balance !== state.balance || passage.closed !== state.closed)
      return [
        fault("order", `${nameOf(order)} was answered ${answer.body}; it is ${JSON.stringify(passage)}`),
      ];
    if (order.ifMatch !== null && order.kind !== "close" && version !== order.ifMatch + types.length)
      return [
        fault("order", `${nameOf(order)} was to be decided on ${order.ifMatch}, and is version ${version}`),
      ];
    return [];
  }

  /** What was read is in the log: nobody sees what may still be lost. */
  #readingFaults({ account, version, balance, atLeast }: Reading): Fault[] {
    const passages = this.history.accounts.get(account) ?? [];
    if (version !== null) {
      if (passages[version - 1]?.balance === balance) return [];
      return [
        fault("durable", `${account} was read as ${balance} at version ${version}, which is not there`),
      ];
    }
    const from = Math.max(
      0,
      passages.findLastIndex(({ position }) => position <= atLeast),
    );
    if (passages.slice(from).some(({ row }) => row === balance)) return [];
    if (balance === null && passages.every(({ position }) => position > atLeast)) return [];
    return [fault("reads", `the balance of ${account} was read as ${balance} at ${atLeast} or later`)];
  }

  #stateFaults({ states }: Snapshot): Fault[] {
    const faults = states.flatMap(({ id, version, state }) => {
      const { balance, closed } = JSON.parse(state) as { balance: number; closed: boolean };
      const passages = this.history.accounts.get(id) ?? [];
      const last = passages.at(-1);
      if (passages.length === version && last?.balance === balance && last.closed === closed) return [];
      return [
        fault(
          "whole",
          `${id} is kept as ${state} at ${version}; it is ${JSON.stringify(last)} at ${passages.length}`,
        ),
      ];
    });
    if (states.length === this.history.accounts.size) return faults;
    return [...faults, fault("whole", `${states.length} of ${this.history.accounts.size} states are kept`)];
  }

  #heldFaults({ held }: Snapshot): Fault[] {
    const { lockers } = this.history;
    const faults = held.filter(({ id, value }) => lockers.get(id) !== value);
    if (faults.length === 0 && held.length === lockers.size) return [];
    return [
      fault(
        "whole",
        `${held.length} of ${lockers.size} lockers are held, wrong is ${JSON.stringify(faults)}`,
      ),
    ];
  }

  /** What a reactor's checkpoint has passed is done, or parked. */
  #reactingFaults(reacting: Reacting, events: readonly ReadEvent[], snapshot: Snapshot): Fault[] {
    const { subscription, shards, type, key, isDone } = reacting;
    const found = events.filter((event) => event.type === type);
    const open = [...this.#open.get(reacting)!, ...found].filter((event) => !isDone(this.history, event));
    this.#open.set(reacting, open);
    const parked = new Map(
      snapshot.parked
        .filter((one) => one.subscription === subscription)
        .map((one) => [one.position, one.status]),
    );
    const checkpoint = (event: ReadEvent) =>
      snapshot.checkpoints.get(`${subscription}/${shardOf(key(event), shards)}`) ?? 0;
    return open
      .filter((event) => event.position <= checkpoint(event) && !parked.has(event.position))
      .map(({ position }) =>
        fault("parked", `${subscription} has neither done nor parked position ${position}`),
      );
  }
}

function isSame(one: LoggedEvent, other: LoggedEvent | undefined): boolean {
  return (
    one.position === other?.position &&
    one.entity === other.entity &&
    one.id === other.id &&
    one.version === other.version &&
    one.type === other.type &&
    one.data === other.data
  );
}

export function fault(promise: Promised, what: string): Fault {
  return { promise, what };
}
