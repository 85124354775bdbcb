import { fileURLToPath } from "node:url";

/** What V8 writes for `--cpu-prof`, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** The node that was on top at each sample. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** Whose code a function is. */
export type Group = "ours" | "packages" | "node" | "native" | "garbage collection";

/** Where the time of one thread went. */
export interface ThreadTimes {
  readonly thread: string;
  readonly busyMs: number;
  readonly idleMs: number;
  /** The longest first, here and below. */
  readonly groups: readonly (readonly [Group, number])[];
  readonly functions: readonly FunctionTime[];
}

/** Time in a function itself, without what it called. */
export interface FunctionTime {
  readonly name: string;
  /** File from the root of the tree, and line; empty where it is native. */
  readonly where: string;
  readonly group: Group;
  readonly ms: number;
}

/** Sums a profile up. `root` is the folder of our own files. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, root: string): ThreadTimes {
  const known = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, FunctionTime & { ms: number }>();
  let idleMs = 0;
  for (const [at, id] of samples.entries()) {
    const ms = timeDeltas[at]! / 1000;
    const { functionName, url, lineNumber } = known.get(id)!;
    if (functionName === "(idle)") idleMs += ms;
    else {
      const where = url === "" ? "" : `${shortened(url, root)}:${lineNumber + 1}`;
      const name = functionName || "(anonymous)";
      const entry = functions.get(`${name} ${where}`) ?? { name, where, group: groupOf(name, where), ms: 0 };
      entry.ms += ms;
      functions.set(`${name} ${where}`, entry);
    }
  }
  const byTime = [...functions.values()].sort((a, b) => b.ms - a.ms);
  const busyMs = byTime.reduce((sum, { ms }) => sum + ms, 0);
  return { thread: threadOf(byTime), busyMs, idleMs, groups: groupsOf(byTime), functions: byTime };
}

function shortened(url: string, root: string): string {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  return path.startsWith(root) ? path.slice(root.length) : path;
}

/** V8 counts what runs outside of JavaScript as `(program)`, and has no file for what is built in. */
function groupOf(name: string, where: string): Group {
  if (name === "(garbage collector)") return "garbage collection";
  if (where === "") return "native";
  if (where.startsWith("node:")) return "node";
  return where.includes("node_modules/") ? "packages" : "ours";
}

function groupsOf(functions: readonly FunctionTime[]): [Group, number][] {
  const groups = new Map<Group, number>();
  for (const { group, ms } of functions) groups.set(group, (groups.get(group) ?? 0) + ms);
  return [...groups].sort(([, a], [, b]) => b - a);
}

/** A profile does not name its thread; the files that run in it do. */
function threadOf(functions: readonly FunctionTime[]): string {
  for (const thread of ["writer", "reader"])
    if (functions.some(({ where }) => where.startsWith(`stores/sqlite/${thread}.`)))
      return `thread that ${thread === "writer" ? "writes" : "lists"}`;
  return "main thread";
}
