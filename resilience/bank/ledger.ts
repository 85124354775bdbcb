import type { SeededRandom } from "@plinth/testing";
import type { Fault } from "./fault.ts";

export type Kind = "deposit" | "withdraw" | "transfer" | "rent" | "close";

/** A command as it is sent, again and again until it is answered. */
export interface Order {
  readonly kind: Kind;
  readonly account: string;
  /** In this command only. */
  readonly amount: number;
  /** Where a transfer goes. */
  readonly to: string | null;
  /** What is rented. */
  readonly locker: string | null;
  /** The version that it must be decided on, where one is named. */
  readonly ifMatch: number | null;
  /** The first answer. */
  answer: Answer | null;
}

/** An answer that is kept: every repeat must be the same. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a client has read of an account, or of its row. */
export interface Reading {
  readonly account: string;
  /** What it had to have reached. */
  readonly atLeast: number;
  /** Null for a row. */
  readonly version: number | null;
  /** Null where there was none. */
  readonly balance: number | null;
}

/** What is sent: of which kinds, in parts of a hundred. */
export type Mixture = Readonly<Record<Kind, number>>;

/** Accounts that are in use at a time; so that some are busy. */
const ACCOUNTS = 32;
/** Lockers that they rent: too few for all. */
const LOCKERS = 20;
/** Lives that an account is in use for. */
const LIVES = 10;

/** Everything that was sent, with what was answered: the memory that outlives the service. */
export class Ledger {
  readonly orders: Order[] = [];
  readonly readings: Reading[] = [];
  readonly unanswered = new Set<Order>();
  /** Those that were answered since they were last asked for. */
  readonly #fresh: Order[] = [];
  readonly #answered: Order[] = [];
  readonly #versions = new Map<string, number>();
  readonly #random: SeededRandom;
  readonly #mixture: Mixture;
  #life = 0;
  acknowledged = 0;
  /** The last position that was answered. */
  position = 0;

  constructor(random: SeededRandom, mixture: Mixture) {
    this.#random = random;
    this.#mixture = mixture;
  }

  /** What is to be repeated in the next life: all without an answer, and some that have one. */
  nextLife(answeredMax: number): Order[] {
    this.#life += 1;
    const some = Array.from({ length: Math.min(answeredMax, this.#answered.length) }, () =>
      this.anyAnswered(),
    );
    return [...this.unanswered, ...some];
  }

  /** Rather one of late: its account is busy still. */
  anyAnswered(): Order {
    const { length } = this.#answered;
    const from = this.#random.oneIn(3) ? 0 : Math.max(0, length - 300);
    return this.#answered[from + this.#random.below(length - from)]!;
  }

  /** A command that nobody has sent before. */
  nextOrder(): Order {
    const random = this.#random;
    const account = this.anyAccount();
    const version = this.#versions.get(account);
    const kind = version === undefined ? "deposit" : this.#kind();
    const order = {
      kind,
      account,
      amount: this.orders.length + 1,
      to: kind === "transfer" ? this.anyAccount() : null,
      locker: kind === "rent" ? `locker ${random.below(LOCKERS)}` : null,
      ifMatch: version !== undefined && random.oneIn(12) ? version : null,
      answer: null,
    };
    this.orders.push(order);
    this.unanswered.add(order);
    return order;
  }

  anyAccount(): string {
    return `e${Math.floor(this.#life / LIVES)}-${this.#random.below(ACCOUNTS)}`;
  }

  #kind(): Kind {
    let part = this.#random.below(100);
    for (const kind of Object.keys(this.#mixture) as Kind[]) {
      part -= this.#mixture[kind];
      if (part < 0) return kind;
    }
    return "deposit";
  }

  /** Takes note of an answer. */
  answered(order: Order, answer: Answer): Fault[] {
    if (order.answer) return repeatFaults(order, order.answer, answer);
    order.answer = answer;
    this.unanswered.delete(order);
    this.#answered.push(order);
    this.#fresh.push(order);
    if (!isAccepted(answer)) return [];
    const { version, position } = JSON.parse(answer.body) as { version: number; position: number };
    this.acknowledged += 1;
    this.position = Math.max(this.position, position);
    this.#versions.set(order.account, Math.max(version, this.#versions.get(order.account) ?? 0));
    return [];
  }

  /** Those that were answered since this was last called, with the readings of that time. */
  takeFresh(): { orders: readonly Order[]; readings: readonly Reading[] } {
    return { orders: this.#fresh.splice(0), readings: this.readings.splice(0) };
  }
}

export function isAccepted({ status }: Answer): boolean {
  return status < 300;
}

/** How an order is called in words. */
export function nameOf({ kind, account, amount, to }: Order): string {
  return `${kind} ${amount} ${account}${to ? ` to ${to}` : ""}`;
}

/** Refusals and states in words: the texts of both answers must be the same. */
function repeatFaults(order: Order, first: Answer, again: Answer): Fault[] {
  if (first.status === again.status && first.body === again.body) return [];
  const what = `${nameOf(order)} was answered ${first.status} ${first.body}, and then ${again.status} ${again.body}`;
  return [{ promise: "once", what }];
}
