import { posix } from "node:path";
import { packagesOf } from "./imports.ts";
import { type Fault, isTest, sources, type Tree } from "./tree.ts";

/** A file is about one thing. */
const LINES_MAX = 400;

/** Names of folders and files that say nothing of what is in them. */
const NO_NAMES = new Set(["utils", "util", "helpers", "helper", "common", "shared", "core", "misc", "lib"]);

/** Endings of names that hide what a thing does. */
const NO_ENDING = /(Manager|Helper|Impl|Utils?)$/;

/** What is left for later; in two parts, so that this file is not found by it. */
const UNDONE = new RegExp(`\\b(TO${"DO"}|FIX${"ME"})\\b`, "g");

/** Faults of names and sizes. */
export function names(tree: Tree): Fault[] {
  return [...duplicates(tree), ...[...tree.keys()].flatMap(badPath), ...sources(tree).flatMap(badFile)];
}

/** One word per concept: no two packages make the same name public. */
function duplicates(tree: Tree): Fault[] {
  const owners = new Map<string, string>();
  const faults: Fault[] = [];
  for (const { name: owner, folder, exports } of packagesOf(tree))
    for (const file of new Set(Object.values(exports)))
      for (const name of publicNames(tree, posix.join(folder, file))) {
        const other = owners.get(name);
        if (other && other !== owner && name !== "default")
          faults.push(fault(posix.join(folder, file), `"${name}" is also public in ${other}.`));
        owners.set(name, owner);
      }
  return faults;
}

const DECLARED =
  /^export (?:async )?(?:const|let|function\*?|class|abstract class|interface|type|enum) (\w+)/gm;
const LISTED = /^export (?:type )?\{([^}]*)\}(?: from "(\.[^"]+)")?;/gm;
const STAR = /^export \* from "(\.[^"]+)";/gm;

/** What a file makes public by itself or out of its own package; what it hands on from others is theirs. */
function publicNames(tree: Tree, path: string): Set<string> {
  const text = tree.get(path) ?? "";
  const beside = (file: string) => posix.join(posix.dirname(path), file);
  return new Set([
    ...[...text.matchAll(DECLARED)].map(([, name]) => name!),
    ...[...text.matchAll(LISTED)].filter(isOwn).flatMap(([, list]) => listed(list!)),
    ...[...text.matchAll(STAR)].flatMap(([, file]) => [...publicNames(tree, beside(file!))]),
  ]);
}

/** `export { a } from "./a.ts"` is the package's own; `export { a } from "other"` does not match at all. */
function isOwn([, , file]: RegExpExecArray): boolean {
  return file === undefined || file.startsWith("./");
}

function listed(list: string): string[] {
  return list
    .split(",")
    .map((entry) => entry.trim().split(" ").at(-1)!)
    .filter((name) => name !== "");
}

function badPath(path: string): Fault[] {
  const bad = path.split("/").find((part) => NO_NAMES.has(part.replace(/\..*$/, "")));
  return bad ? [fault(path, `"${bad}" says nothing of what is in it.`)] : [];
}

function badFile([path, text]: [string, string]): Fault[] {
  const lines = text.split("\n").length - 1;
  const vague = isTest(path) ? [] : [...text.matchAll(DECLARED)].filter(([, name]) => NO_ENDING.test(name!));
  return [
    ...(lines > LINES_MAX ? [fault(path, `${lines} lines: a file has at most ${LINES_MAX}.`)] : []),
    ...[...text.matchAll(UNDONE)].map(([word]) => fault(path, `"${word}": what is here is done.`)),
    ...vague.map(([, name]) => fault(path, `"${name}" hides what it does.`)),
  ];
}

function fault(path: string, message: string): Fault {
  return { path, line: 0, message };
}
