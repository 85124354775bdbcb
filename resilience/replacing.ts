/** A piece of a source file, and what is put in its place. */
export interface Replacement {
  /** From the root of the tree. */
  readonly file: string;
  /** There once. */
  readonly from: string;
  readonly to: string;
}

const REPLACE = new URL("./replace.ts", import.meta.url).href;

/** The variables of a process in whose sources something is replaced. */
export function replacing(replacements: readonly Replacement[]): Readonly<Record<string, string>> {
  if (replacements.length === 0) return {};
  return {
    NODE_OPTIONS: `--import ${REPLACE}`,
    REPLACEMENTS: JSON.stringify(replacements),
    // What is kept there is for the sources as they are.
    NODE_DISABLE_COMPILE_CACHE: "1",
  };
}
