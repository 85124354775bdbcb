import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Reads ids of processes, one a line, and remembers the last; when the pipe closes, whatever closed it, ends that
 * process and removes the folder. A server is asked to stop at once, waited for, and killed where it does not.
 */
const SCRIPT = `
folder=$1
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -CONT "$pid" 2>/dev/null
  kill -QUIT "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL "$pid" 2>/dev/null
fi
if [ -f "$folder/data/postmaster.pid" ]; then
  set -- $(sed -n 7p "$folder/data/postmaster.pid")
  if [ -n "$2" ]; then ipcrm -m "$2" 2>/dev/null; fi
fi
rm -rf "$folder"
`;

/**
 * Sees to it that a server and its folder do not outlive this process, even one that is killed: a shell of its own
 * session waits for the end of a pipe that only this process holds.
 */
export class Guard {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(folder: string) {
    this.#shell = spawn("/bin/sh", ["-c", SCRIPT, "guard", folder], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#ended = once(this.#shell, "exit");
    this.#shell.unref();
    this.#input.unref();
  }

  /** The process to end; null where there is none any more. */
  watch(pid: number | null): void {
    this.#input.write(`${pid ?? ""}\n`);
  }

  /** Ends what is watched, and removes the folder. */
  async close(): Promise<void> {
    this.#shell.ref();
    this.#input.end();
    await this.#ended;
  }

  /** Its input is a pipe, which Node has as a socket. */
  get #input(): Socket {
    return this.#shell.stdin as Socket;
  }
}
