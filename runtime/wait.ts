import type { Clock, Random } from "@plinth/ports";

/** Resolves after `ms` milliseconds, or as soon as the signal aborts. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** How far apart attempts are. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * The wait before the next attempt in milliseconds: doubled each time from `minMs` up to `maxMs`, of which a random
 * half is taken away, so that what failed together does not come back together ("equal jitter", Brooker 2015).
 */
export function backoffMs(failures: number, { minMs, maxMs }: Backoff, random: Random): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 52));
  return Math.ceil(full / 2 + (full / 2) * random.next());
}
