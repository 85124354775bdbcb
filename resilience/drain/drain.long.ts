import { it } from "node:test";
import { drainAgainAndAgain } from "./drain.ts";

const stops = Number(process.env.DRAIN_STOPS ?? 50);
const seed = Number(process.env.DRAIN_SEED ?? 1);

it(`a service that is told to stop ${stops} times under load answers all that it took`, (t) =>
  drainAgainAndAgain(t, { stops, seed }));
