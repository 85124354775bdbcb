export { decide, evolve, type Situation, type Verdict } from "./decide.ts";
export { parseInput } from "./input.ts";
export { checkId } from "./names.ts";
export { Policies } from "./policy.ts";
