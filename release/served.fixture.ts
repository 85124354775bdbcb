import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A service that runs in a process of its own. */
export interface Served {
  /** `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Sends SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Runs a command that is installed in a folder, as `npx` does but without it in between, so that signals arrive;
 * resolves when it says where it listens.
 */
export async function served(folder: string, command: string): Promise<Served> {
  const [name = "", ...args] = command.replace(/^npx /, "").split(" ");
  const installed = join(folder, "node_modules/.bin", name);
  const child = spawn(installed, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const url = await addressOf(child);
  const ended = once(child, "exit");
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      const [code] = await ended;
      return code;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk: Buffer) => {
      printed += chunk;
      const address = printed.match(/http:\/\/[\d.]+:\d+/)?.[0];
      if (address) resolve(address);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", () => reject(new Error(`The service ended before it listened:\n${printed}`)));
  });
}
