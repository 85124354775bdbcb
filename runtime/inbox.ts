import type { Clock, Log, Logger } from "@plinth/ports";
import { sleep } from "./wait.ts";

/** How often old command ids are looked for, in milliseconds. */
const EVERY_MS = 60 * 60 * 1000;
/** How many are forgotten in one transaction, so that no commit waits for long. */
const AT_ONCE = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Forgets command ids that are older than any repeat can be, a few at a time, until the signal aborts. */
export async function forgetCommands(
  log: Log,
  clock: Clock,
  logger: Logger,
  days: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(clock, EVERY_MS, signal);
    const before = new Date(clock.now() - days * DAY_MS).toISOString();
    try {
      while (!signal.aborted && (await log.forget(before, AT_ONCE)) === AT_ONCE);
    } catch (error) {
      logger.warn("Old command ids could not be forgotten; the next round tries again.", {
        error: String(error),
      });
    }
  }
}
