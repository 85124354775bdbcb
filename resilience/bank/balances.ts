import type { Fault } from "./fault.ts";
import type { History } from "./history.ts";
import { isAccepted, type Order } from "./ledger.ts";

/** What the answers alone say of an account: what it holds at least, and at most. */
interface Bounds {
  least: number;
  most: number;
}

/**
 * Balances equal what was acknowledged, plus at most what was not answered. Told from the answers alone, without the
 * events. A transfer may have arrived or not: `settled`, when nothing is under way any more, it has.
 */
export function balanceFaults(orders: readonly Order[], history: History, settled: boolean): Fault[] {
  const accounts = new Map<string, Bounds>();
  for (const order of orders) count(order, accounts, settled);
  return [...accounts].flatMap(([account, { least, most }]) => {
    const balance = history.account(account)?.balance ?? 0;
    if (balance >= least && balance <= most) return [];
    return [
      { promise: "balances", what: `${account} holds ${balance}, not between ${least} and ${most}` } as const,
    ];
  });
}

function count(
  { kind, account, amount, to, answer }: Order,
  accounts: Map<string, Bounds>,
  settled: boolean,
): void {
  if (answer && !isAccepted(answer)) return;
  const own = boundsOf(accounts, account);
  if (kind === "deposit") add(own, answer ? amount : 0, amount);
  if (kind === "withdraw") add(own, -amount, answer ? -amount : 0);
  if (kind !== "transfer") return;
  add(own, -amount - 1, answer ? -amount - 1 : 0);
  add(boundsOf(accounts, to!), settled && answer ? amount : 0, amount);
}

function add(bounds: Bounds, least: number, most: number): void {
  bounds.least += least;
  bounds.most += most;
}

function boundsOf(accounts: Map<string, Bounds>, account: string): Bounds {
  const known = accounts.get(account) ?? { least: 0, most: 0 };
  accounts.set(account, known);
  return known;
}
