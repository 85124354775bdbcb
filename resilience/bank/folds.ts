import { isDeepStrictEqual } from "node:util";
import type { Fault } from "./fault.ts";
import type { History, ReadEvent } from "./history.ts";
import type { Built, Snapshot } from "./snapshot.ts";

type Row = Record<string, unknown>;

/** What a service is held to. */
export interface Promising {
  readonly views: Readonly<Record<string, Folded>>;
  /** Whether it has the carrier and the clerk. */
  readonly reacts: boolean;
}

/** How a view is folded, told once more in plain code. */
export interface Folded {
  readonly shards: number;
  key(event: ReadEvent): string | null;
  fold(row: Row | null, event: ReadEvent): Row | null;
}

function heldBy({ type, read }: ReadEvent): number {
  if (type === "account.charged") return -1;
  return type === "account.withdrawn" || type === "account.sent" ? -read.amount : read.amount;
}

const bankBalances: Folded = {
  shards: 1,
  key: ({ entity, type, id }) => (entity === "account" && type !== "account.rented" ? id : null),
  fold: (row, event) =>
    event.type === "account.closed"
      ? null
      : { account: event.id, balance: Number(row?.balance ?? 0) + heldBy(event) },
};

const accountsBalances: Folded = {
  ...bankBalances,
  fold: (row, event) => {
    if (event.type === "account.withdrawn" && !row) return null;
    const now = bankBalances.fold(row, event);
    return now && { ...now, at: event.at };
  },
};

const totals: Folded = {
  shards: 2,
  key: ({ type, id }) =>
    type === "account.closed" || type === "account.rented" ? null : `branch ${Number(id.split("-")[1]) % 8}`,
  fold: (row, event) => ({
    branch: totals.key(event),
    events: Number(row?.events ?? 0) + 1,
    held: Number(row?.held ?? 0) + (event.entity === "account" ? heldBy(event) : 0),
    recorded: Number(row?.recorded ?? 0) + (event.entity === "account" ? 0 : event.read.amount),
  }),
};

export const BANK_VIEWS: Readonly<Record<string, Folded>> = { balances: bankBalances, totals };
export const ACCOUNTS_VIEWS: Readonly<Record<string, Folded>> = { balances: accountsBalances };

/** The shard of a key: FNV-1a, 32 bits, over UTF-16 code units. */
export function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % shards;
}

/** One shard of one build, folded as far as its checkpoint says. */
class ShardFold {
  readonly #view: Folded;
  readonly #shard: number;
  readonly rows = new Map<string, { row: Row; position: number }>();
  position = 0;

  constructor(view: Folded, shard: number) {
    this.#view = view;
    this.#shard = shard;
  }

  advance(history: History, position: number): void {
    for (const event of history.events.slice(this.position, position)) this.#take(event);
    this.position = position;
  }

  #take(event: ReadEvent): void {
    const key = this.#view.key(event);
    if (key === null || shardOf(key, this.#view.shards) !== this.#shard) return;
    const row = this.#view.fold(this.rows.get(key)?.row ?? null, event);
    if (row) this.rows.set(key, { row, position: event.position });
    else this.rows.delete(key);
  }
}

/** Compares the rows of every build with the log, kill after kill. */
export class Folds {
  readonly #views: Readonly<Record<string, Folded>>;
  readonly #shards = new Map<string, ShardFold>();

  constructor(views: Readonly<Record<string, Folded>>) {
    this.#views = views;
  }

  check(history: History, snapshot: Snapshot): Fault[] {
    return snapshot.builds.flatMap((build) => this.#checkBuild(build, history, snapshot));
  }

  #checkBuild(build: Built, history: History, { checkpoints }: Snapshot): Fault[] {
    const view = this.#views[build.view]!;
    const name = `view:${build.view}@${build.generation}`;
    return Array.from({ length: view.shards }, (_, shard) => {
      const subscription = `${name}/${shard}`;
      const fold = this.#shards.get(subscription) ?? new ShardFold(view, shard);
      this.#shards.set(subscription, fold);
      const checkpoint = checkpoints.get(subscription) ?? 0;
      const rows = build.rows.filter(({ key }) => shardOf(key, view.shards) === shard);
      if (checkpoint < fold.position || checkpoint > history.head)
        return [
          fault(
            `${subscription} is at ${checkpoint}; it was at ${fold.position}, the log at ${history.head}`,
          ),
        ];
      fold.advance(history, checkpoint);
      return differences(subscription, fold, rows);
    }).flat();
  }
}

function differences(subscription: string, fold: ShardFold, rows: Built["rows"]): Fault[] {
  const where = `${subscription} at ${fold.position}`;
  const faults = rows.flatMap(({ key, row, position }) => {
    const expected = fold.rows.get(key);
    if (expected?.position === position && isDeepStrictEqual(JSON.parse(row), expected.row)) return [];
    const instead = expected ? `${JSON.stringify(expected.row)} of ${expected.position}` : "none";
    return [fault(`${where} has the row ${row} of ${position} instead of ${instead}`)];
  });
  const kept = new Set(rows.map(({ key }) => key));
  const missing = [...fold.rows.keys()].filter((key) => !kept.has(key));
  return [...faults, ...missing.map((key) => fault(`${where} has no row ${key}`))];
}

function fault(what: string): Fault {
  return { promise: "views", what };
}
