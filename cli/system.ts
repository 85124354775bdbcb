import { randomBytes } from "node:crypto";
import type { Cancel, Clock, Random } from "@plinth/ports";

/** The longest delay that a timer of Node takes, in milliseconds; a longer one would fire at once. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after,
};

function after(ms: number, call: () => void): Cancel {
  if (ms > DELAY_MAX_MS) return afterAges(ms, call);
  const timer = setTimeout(call, ms);
  timer.unref();
  return () => clearTimeout(timer);
}

function afterAges(ms: number, call: () => void): Cancel {
  let cancel = after(DELAY_MAX_MS, () => {
    cancel = after(ms - DELAY_MAX_MS, call);
  });
  return () => cancel();
}

/** The machine's chance. `next` is quick and guessable, `bytes` are not. */
export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (length) => randomBytes(length),
};
