import { type Fault, isTest, lineAt, sources, type Tree } from "./tree.ts";

/** Where time, chance and the environment are handed in. */
const PURE = /^(model|ports|runtime)\//;

/** What must not be reached for there, and what it is handed in as. */
const REACHES: readonly [pattern: RegExp, instead: string][] = [
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bprocess\.hrtime\b/g, "the time comes from a Clock"],
  [/\bset(?:Timeout|Interval)\(|"node:timers/g, "what waits is called by a Clock"],
  [
    /\bMath\.random\(|\brandom(?:UUID|Bytes|Int)\(|\bgetRandomValues\(/g,
    "chance comes from a Random, ids from Ids",
  ],
  [/\bprocess\.(?:env|argv|cwd|exit)\b|"node:(?:process|fs|os|net|http)/g, "the outside is behind a port"],
];

/** Faults of what should be handed in and is reached for. */
export function reach(tree: Tree): Fault[] {
  return sources(tree)
    .filter(([path]) => PURE.test(path) && !isTest(path))
    .flatMap(([path, text]) =>
      REACHES.flatMap(([pattern, instead]) =>
        [...text.matchAll(pattern)].map((found) => ({
          path,
          line: lineAt(text, found.index),
          message: `"${found[0]}" reaches for what is handed in: ${instead}.`,
        })),
      ),
    );
}
