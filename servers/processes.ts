import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Below those that systems give to connections of clients, so that none of them takes it while a server is down. */
const PORTS = { from: 15_000, to: 32_000 };

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (await isFree(port)) return port;
  }
}

/**
 * Sends a signal to a process and to all that it has started. It is stopped first, so that it starts none meanwhile, and
 * has its signal last, so that none of them learns of its end from it and does anything about it.
 * @returns the ids of all of them.
 */
export function signalTree(pid: number, signal: NodeJS.Signals): number[] {
  if (signal !== "SIGCONT") process.kill(pid, "SIGSTOP");
  const all = [...childrenOf(pid), pid];
  for (const one of all) signalOne(one, signal);
  return all;
}

/** Whether a process still runs. One that has ended is there until its parent asks after it, but does nothing more. */
export function isAlive(pid: number): boolean {
  if (process.platform === "linux") return /^State:\s*[^ZX]/m.test(statusOf(String(pid)) ?? "");
  return otherProcesses().some((one) => one.pid === pid);
}

/** One that has ended meanwhile needs no signal. */
function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function childrenOf(pid: number): number[] {
  const all = process.platform === "linux" ? linuxProcesses() : otherProcesses();
  return all.filter(({ parent }) => parent === pid).map((one) => one.pid);
}

/** By /proc: the smallest images have no `ps`. */
function linuxProcesses(): { pid: number; parent: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const status = statusOf(name);
      return status ? [{ pid: Number(name), parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) }] : [];
    });
}

/** Null for a process that has ended since the folder was read. */
function statusOf(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return null;
  }
}

function otherProcesses(): { pid: number; parent: number }[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    return { pid: pid!, parent: parent! };
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
