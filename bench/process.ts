import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A server that was started to be measured. */
export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
}

let lastPort = 18_000 + (process.pid % 1000) * 10;

/** A port that no server of this run has had. The next three are free too, for what a server needs besides. */
export function nextPort(): number {
  lastPort += 4;
  return lastPort;
}

/**
 * Starts a program that listens on `PORT` or on `{port}` among its arguments, as its users do, and waits for its first
 * answer.
 */
export async function startServer(
  [program, ...args]: readonly string[],
  path: string,
  variables: Readonly<Record<string, string>> = {},
  port = nextPort(),
): Promise<Server> {
  const began = performance.now();
  const child = spawn(
    program!,
    args.map((arg) => arg.replace("{port}", String(port))),
    {
      env: { ...process.env, PORT: String(port), NODE_ENV: "production", ...variables },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url + path))) {
    if (child.exitCode !== null)
      throw new Error(`${program} ${args.join(" ")} ended with ${child.exitCode}.`);
    await sleep(2);
  }
  return { url, process: child, startMs: performance.now() - began };
}

/** Ends a server as an operator would, and waits until it is gone. */
export async function stopServer({ process: child }: Server): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/** How a program of `servers/` is run, with its options as JSON. */
export function program(name: string, options: object = {}): string[] {
  return ["node", fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url)), JSON.stringify(options)];
}

/** Runs a program of `servers/` to its end; it prints what it has found as JSON. */
export async function result<Found>(name: string, options: object): Promise<Found> {
  return JSON.parse(await finish(program(name, options)));
}

/** Runs a command to its end, and resolves to what it prints. What it says beside that is shown as it comes. */
export async function finish([command, ...args]: readonly string[]): Promise<string> {
  const running = promisify(execFile)(command!, args);
  running.child.stderr?.pipe(process.stderr, { end: false });
  return (await running).stdout;
}

/** The store of examples/accounts in a folder. */
export function sqliteIn(folder: string): string {
  return `sqlite:${join(folder, "accounts.db")}`;
}

/** How examples/accounts is served from a store. */
export function serve(store: string): string[] {
  return ["node", "cli/bin.js", "serve", "examples/accounts", "--port", "{port}", "--store", store];
}

/** A folder that is gone afterwards. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resident memory of a process in bytes, as the kernel counts it. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time of a process and of those that it has started, also of those that have ended, in milliseconds. Linux only. */
export function processorMs(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean);
  const [own, ...running] = [pid, ...children].map(ticksOf);
  const ended = own!.children;
  return TICK_MS * [own!, ...running].reduce((total, { self }) => total + self, ended);
}

/** By the fields behind the name, which may hold anything in its brackets. */
function ticksOf(pid: number | string): { self: number; children: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ").map(Number);
  const [user, system, usersOfChildren, systemsOfChildren] = fields.slice(11, 15);
  return { self: user! + system!, children: usersOfChildren! + systemsOfChildren! };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
