import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, lineAt, type Tree } from "./tree.ts";

/** Pages whose samples are cut from files that the tests run. */
const PAGES = /^(README|ARCHITECTURE|CONTRIBUTING)\.md$|^docs\/.*\.md$/;

/** Languages of which a sample must be cut from a file. */
const CHECKED = new Set(["ts", "sh"]);

/** A fenced block: its language, what it is cut from, its lines. */
const BLOCK = /^```(\w+)(?: ([^\n]*))?\n([\s\S]*?)^```$/gm;

/** `// #region name` up to `// #endregion name`, in the comments of TypeScript or of a shell. */
const region = (name: string) =>
  new RegExp(`^[ \\t]*(?://|#) #region ${name}\\n([\\s\\S]*?)^[ \\t]*(?://|#) #endregion ${name}$`, "m");

/** Faults of the pages: samples that are not what they were cut from, or that come from nowhere. */
export function samples(tree: Tree): Fault[] {
  return pages(tree).flatMap(([path, page]) =>
    [...page.matchAll(BLOCK)].flatMap((block) => {
      const [, language = "", source, text = ""] = block;
      const message = CHECKED.has(language) ? faultOf(tree, source, text) : null;
      return message ? [{ path, line: lineAt(page, block.index), message }] : [];
    }),
  );
}

function faultOf(tree: Tree, source: string | undefined, text: string): string | null {
  if (!source) return "This sample names no file and region that it is cut from.";
  const sample = cut(tree, source);
  if (sample === null) return `There is no region "${source}".`;
  return sample === text ? null : `This sample is not what "${source}" says: run \`npm run samples\`.`;
}

/** The pages with every sample cut anew, by path; only those that change. */
export function refreshed(tree: Tree): Map<string, string> {
  const changed = new Map<string, string>();
  for (const [path, page] of pages(tree)) {
    const fresh = page.replace(BLOCK, (block, language: string, source?: string) => {
      const sample = source && CHECKED.has(language) ? cut(tree, source) : null;
      return sample === null || sample === "" ? block : `\`\`\`${language} ${source}\n${sample}\`\`\``;
    });
    if (fresh !== page) changed.set(path, fresh);
  }
  return changed;
}

/** Writes the refreshed pages below the root of the tree. */
export function write(root: string, pages: ReadonlyMap<string, string>): void {
  for (const [path, page] of pages) writeFileSync(join(root, path), page);
}

/** The text of `file` or `file#region`, without the markers and the indentation that all lines share. */
function cut(tree: Tree, source: string): string | null {
  const [path = "", name] = source.split("#");
  const file = tree.get(path);
  const text = name === undefined ? file : file?.match(region(name))?.[1];
  if (text === undefined) return null;
  return dedent(text.replace(/^[ \t]*(?:\/\/|#) #(?:end)?region .*\n/gm, ""));
}

function dedent(text: string): string {
  const indents = [...text.matchAll(/^([ \t]*)\S/gm)].map(([, indent]) => indent!.length);
  const least = Math.min(...indents);
  return text.replace(new RegExp(`^[ \\t]{${least}}`, "gm"), "");
}

function pages(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => PAGES.test(path));
}
