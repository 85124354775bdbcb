import { randomUUID } from "node:crypto";
import { anonymous } from "@plinth/model";
import { type CommandReply, type Protocol, silent } from "@plinth/ports";
import { type Running, type RunOptions, run } from "plinth";
import accounts from "../../examples/accounts/main.ts";

/** Nothing listens: the commands come from this process. */
const none: Protocol = { name: "none", start: async () => ({ url: "none:", drain: async () => {} }) };

/** What a node does. */
export type Roles = NonNullable<RunOptions["roles"]>;

/** Runs examples/accounts on a store, reached from within this process. */
export function start(store: string, options: Pick<RunOptions, "limits" | "roles"> = {}): Promise<Running> {
  return run(accounts, { store, protocols: [none], logger: silent, signals: false, ...options });
}

export const caller = { actor: anonymous, trace: null, deadlineMs: 30_000 };

/** Deposits into an account, under a new idempotency key. */
export function deposit({ operations }: Running, account: number): Promise<CommandReply> {
  return operations.run({
    caller,
    entity: "account",
    command: "deposit",
    id: `a${account}`,
    input: { amount: 5, note: "lunch" },
    idempotencyKey: randomUUID(),
    expectedVersion: null,
  });
}

/** Resolves when the view has taken in the log up to a position, and a reader finds the account's row there. */
export async function visible(
  { operations }: Running,
  account: string,
  position: number,
  deadlineMs: number,
): Promise<void> {
  await operations.row({
    caller: { ...caller, deadlineMs },
    view: "balances",
    key: account,
    atLeast: position,
  });
}

/** A metric without labels. */
export function metric({ operations }: Running, name: string): number {
  const found = operations.metrics().find((metric) => metric.name === name);
  if (!found || !("samples" in found)) throw new Error(`There is no metric ${name}.`);
  return found.samples[0]!.value;
}
