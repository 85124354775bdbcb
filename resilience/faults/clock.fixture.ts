/** Loaded into a service before all else: its time of day is set by a file, read when it starts and at SIGUSR2. */
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const now = Date.now;
  let shiftMs = 0;
  const set = () => {
    shiftMs = Number(readFileSync(process.env.CLOCK_SHIFT!, "utf8"));
  };
  set();
  process.on("SIGUSR2", set);
  Date.now = () => now() + shiftMs;
}
