import { PlinthError } from "./errors.ts";
import type { Commit, RowChange } from "./store.ts";

/**
 * How long a text may be that stores look things up by, in UTF-16 units: the longest that every adapter can
 * index whole.
 */
export const TEXT_MAX = { tenant: 128, id: 512 } as const;

/**
 * Refuses a text that not every store can keep and give back unchanged: one that is too long, holds U+0000
 * or half of a surrogate pair. JSON is free of both, they are escaped in it.
 * @throws PlinthError `invalid_argument`.
 */
export function checkText(what: string, text: string, max: number = TEXT_MAX.id): void {
  if (text.length > max)
    throw new PlinthError("invalid_argument", `The ${what} is longer than ${max} characters.`);
  if (text.includes("\0"))
    throw new PlinthError("invalid_argument", `The ${what} holds the character U+0000.`);
  if (!text.isWellFormed())
    throw new PlinthError("invalid_argument", `The ${what} holds half of a surrogate pair.`);
}

/** Refuses a commit by a text that came from outside. Stores check before they begin a batch. */
export function checkCommit({ stream, command, unique, actor }: Commit): void {
  checkText("tenant", stream.tenant, TEXT_MAX.tenant);
  checkText("stream id", stream.id);
  checkText("actor", actor);
  if (command) checkText("command id", command.id);
  for (const { claim } of unique) if (claim !== null) checkText("unique value", claim);
}

/** Refuses a row by its tenant or key. Stores check before they write. */
export function checkRow({ tenant, key }: RowChange): void {
  checkText("tenant", tenant, TEXT_MAX.tenant);
  checkText("row key", key);
}
