import { argv } from "node:process";

/** The options that a program was started with. */
export function options<Options>(): Options {
  return JSON.parse(argv[2] ?? "{}");
}
