export { type SimulatedClock, simulatedClock } from "./clock.ts";
export * from "./kit/index.ts";
export { type SeededRandom, seededRandom, simulatedIds } from "./random.ts";
