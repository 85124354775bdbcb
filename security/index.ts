export { type GcraOptions, gcraLimiter } from "./gcra.ts";
