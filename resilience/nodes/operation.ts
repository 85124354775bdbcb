/** What a client asked of an account and what it was told. Times are of one clock, in milliseconds. */
export interface Operation {
  /**
   * A command that took effect; one that was refused for what the account holds; a read of the entity; one of its row in
   * a view.
   */
  readonly kind: "command" | "refusal" | "read" | "row";
  /** Who asked: a client does one thing after another. */
  readonly session: number;
  /** The key of a command. */
  readonly key: string | null;
  readonly account: string;
  /** When it was asked first, and when the answer was there. */
  readonly began: number;
  readonly ended: number;
  /** What a row had to have reached: `Plinth-At-Least`. */
  readonly atLeast: number;
  /** Of the account; 0 where there is none. Null for rows and refusals. */
  readonly version: number | null;
  /** Of the last event of a command, or that a row is of; null for others, and where there is no row. */
  readonly position: number | null;
  readonly balance: number | null;
  /** Whether it is a command that the account's row tells of. */
  readonly inRow: boolean;
}

/** An operation in words. */
export function wordsOf({ kind, session, key, account, version, position, balance }: Operation): string {
  const what = [
    key,
    version === null ? null : `version ${version}`,
    position === null ? null : `position ${position}`,
    balance === null ? "none" : `balance ${balance}`,
  ];
  return `${kind} of ${account} by client ${session} (${what.filter((one) => one !== null).join(", ")})`;
}
