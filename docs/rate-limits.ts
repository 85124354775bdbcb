import { gcraLimiter, run, systemClock } from "plinth";
import tasks from "./first-service.ts";

const limiter = gcraLimiter({
  clock: systemClock,
  name: "per-minute",
  quota: 600,
  windowSeconds: 60,
  bucketsMax: 10_000,
});

await run(tasks, { limiter });
