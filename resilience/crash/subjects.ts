import { ACCOUNTS_VIEWS, BANK_VIEWS, type Promising } from "../bank/folds.ts";
import type { Mixture } from "../bank/ledger.ts";

/**
 * At which moment of a life it ends: so long after it was started; under load; under load while a view is built anew;
 * under load while the write-ahead log is taken into the file again and again; one of a pair that share the file, which the
 * other survives for a while.
 */
export type Ending = "start" | "load" | "rebuild" | "checkpoint" | "pair";

/** A service that is killed. */
export interface Subject extends Promising {
  readonly name: string;
  /** What `plinth serve` is given. */
  readonly operand: string;
  readonly mixture: Mixture;
  /** How its lives end, in parts. */
  readonly endings: Readonly<Partial<Record<Ending, number>>>;
}

export const accounts: Subject = {
  name: "accounts",
  operand: "examples/accounts",
  mixture: { deposit: 68, withdraw: 30, transfer: 0, rent: 0, close: 2 },
  views: ACCOUNTS_VIEWS,
  endings: { load: 65, start: 15, checkpoint: 12, pair: 8 },
  reacts: false,
};

export const bank: Subject = {
  name: "bank",
  operand: "resilience/bank/bank.ts",
  mixture: { deposit: 44, withdraw: 25, transfer: 23, rent: 6, close: 2 },
  views: BANK_VIEWS,
  endings: { load: 55, start: 15, rebuild: 10, checkpoint: 12, pair: 8 },
  reacts: true,
};
