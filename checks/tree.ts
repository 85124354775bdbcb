import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** The texts of a source tree by path, relative to its root, with forward slashes. */
export type Tree = ReadonlyMap<string, string>;

/** Something in the tree that breaks a rule. */
export interface Fault {
  readonly path: string;
  /** From 1; 0 where it is the file as a whole. */
  readonly line: number;
  readonly message: string;
}

const SKIPPED = new Set(["node_modules", "dist", "data", ".git", "results"]);
const TEXT = /(\.(ts|tsx|json|md|sh|css|html|yml)|\/run)$/;

/** Reads every text file below a folder, but for what is installed, built or kept at run time. */
export function readTree(root: string): Tree {
  const files = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) visit(path);
      else if (entry.isFile() && TEXT.test(path))
        files.set(relative(root, path).replaceAll(sep, "/"), readFileSync(path, "utf8"));
    }
  };
  visit(root);
  return files;
}

/** The tree's files that are TypeScript. */
export function sources(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => /\.tsx?$/.test(path));
}

/** Whether a file is there to test others: tests, and what they share. */
export function isTest(path: string): boolean {
  return /\.(test|service|browser|long|fixture)\.tsx?$/.test(path);
}

/** The line on which an offset of a text is, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** `path:line: message`, as editors and terminals understand it. */
export function show({ path, line, message }: Fault): string {
  return line === 0 ? `${path}: ${message}` : `${path}:${line}: ${message}`;
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}
