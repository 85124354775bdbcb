import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that was started to be measured. */
export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
}

let port = 18_000 + (process.pid % 1000) * 10;

/** Starts a program that listens on `PORT`, as its users do, and waits for its first answer. */
export async function startServer([program, ...args]: readonly string[], path: string): Promise<Server> {
  port += 1;
  const began = performance.now();
  const child = spawn(
    program!,
    args.map((arg) => arg.replace("{port}", String(port))),
    {
      env: { ...process.env, PORT: String(port), NODE_ENV: "production" },
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

/** Resident memory of a process in bytes, as the kernel counts it. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
