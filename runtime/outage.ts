import { PlinthError } from "@plinth/ports";

/**
 * Whether this is the store, or whoever stands before it, that cannot answer now. The health of the process tells of
 * that, once; who comes upon it waits and tries again without a word.
 */
export function isOutage(error: unknown): boolean {
  return error instanceof PlinthError && error.code === "unavailable";
}
