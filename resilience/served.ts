import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Of the tree: where commands are run. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Environment variables. */
type Variables = Readonly<Record<string, string>>;

/** A service that runs in a process of its own. */
export interface Served extends Launched {
  /** `http://127.0.0.1:41234`. */
  readonly url: string;
}

/** A process that was started, whether it listens yet or not. */
export interface Launched {
  /** Resolves to where it listens; rejects with what it has printed where it ends before. */
  readonly listening: Promise<string>;
  /** Of the command's process; of what it starts, where that is a shell. */
  readonly pid: number;
  /** Resolves when it is gone, for whatever reason, to its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it has printed so far, to both its outputs. */
  printed(): string;
  /** Sends SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, wherever it is. */
  kill(): Promise<void>;
}

/**
 * Runs a command as it is typed in a folder; resolves when it says where it listens. What `npx` would run is run
 * without it in between, and signals go to the whole group, so that they arrive.
 */
export async function served(folder: string, command: string, variables: Variables = {}): Promise<Served> {
  const service = launched(folder, command, variables);
  return { ...service, url: await service.listening };
}

/** The same, at once. */
export function launched(folder: string, command: string, variables: Variables = {}): Launched {
  const env = {
    ...process.env,
    ...variables,
    PATH: `${join(folder, "node_modules/.bin")}:${process.env.PATH}`,
  };
  const [name = "", ...args] = command.replace(/^npx /, "").split(" ");
  const child = spawn(name, args, { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  let printed = "";
  const print = (chunk: Buffer) => {
    printed += chunk;
  };
  child.stdout?.on("data", print);
  child.stderr?.on("data", print);
  const listening = addressOf(child, () => printed);
  listening.catch(() => {});
  return {
    listening,
    pid: child.pid!,
    ended,
    printed: () => printed,
    stop() {
      process.kill(-child.pid!, "SIGTERM");
      return ended;
    },
    async kill() {
      process.kill(-child.pid!, "SIGKILL");
      await ended;
    },
  };
}

function addressOf(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const address = printed().match(/http:\/\/[\d.]+:\d+/)?.[0];
      if (address) resolve(address);
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.once("exit", () => reject(new Error(`The service ended before it listened:\n${printed()}`)));
  });
}
