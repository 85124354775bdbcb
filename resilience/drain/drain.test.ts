import { it } from "node:test";
import { drainAgainAndAgain } from "./drain.ts";

it("a service that is told to stop under load answers all that it took", { timeout: 60_000 }, (t) =>
  drainAgainAndAgain(t, { stops: 2, seed: 1 }),
);
