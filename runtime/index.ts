export type { Comparison } from "./comparison.ts";
export { decide, evolve, type Situation, type Verdict } from "./decide.ts";
export { parseInput } from "./input.ts";
export { DEFAULT_LIMITS, type RuntimeLimits } from "./limits.ts";
export { checkId } from "./names.ts";
export { Policies } from "./policy.ts";
export { Runtime, type RuntimeOptions, startRuntime } from "./runtime.ts";
export { uniqueChanges } from "./unique.ts";
export type { RebuildOptions, ViewStatus } from "./views.ts";
