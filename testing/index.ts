export { type SimulatedClock, simulatedClock } from "./clock.ts";
export { type SeededRandom, seededRandom, simulatedIds } from "./random.ts";
