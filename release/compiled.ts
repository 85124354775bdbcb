/** How a file refers to another: `from "./a.ts"`, `import("./a.ts")`, `new URL("./a.ts", import.meta.url)`. */
const REFERENCES = [
  /(\bfrom\s+")(\.{1,2}\/[^"]+)\.ts(")/g,
  /(\bimport\s*\(?\s*")(\.{1,2}\/[^"]+)\.ts(")/g,
  /(\bnew URL\(\s*")(\.{1,2}\/[^"]+)\.ts(",\s*import\.meta\.url\s*\))/g,
];

/**
 * Turns what still refers to a TypeScript source to its compiled file. The compiler rewrites the imports of the
 * JavaScript it emits, but not those of declarations, and no URL: a thread's file would not be found.
 */
export function rewired(text: string): string {
  return REFERENCES.reduce((result, pattern) => result.replace(pattern, "$1$2.js$3"), text);
}
