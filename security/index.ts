export { type GcraOptions, gcraLimiter, QUOTA_MAX, WINDOW_SECONDS_MAX } from "./gcra.ts";
