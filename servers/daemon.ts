import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { type Account, folderFor, serverAccount } from "./account.ts";
import { Guard } from "./guard.ts";
import { isAlive, signalTree } from "./processes.ts";

/** A recovery after a crash may take its time on a slow machine. */
const START_MS = 120_000;

const run = promisify(execFile);

/**
 * A server's program in a process and a folder of its own, run by an account that may nothing else. Both end with this
 * process, however that ends, and do not keep it alive.
 */
export class Daemon {
  /** All that is the server's is in here. */
  readonly folder: string;
  readonly account: Account | null;
  readonly #name: string;
  readonly #guard: Guard;
  #child: ChildProcess | null = null;

  /** @param parent of its folder; the system's folder for temporary files where nothing is said. */
  constructor(name: string, parent?: string) {
    this.#name = name;
    this.account = serverAccount();
    this.folder = folderFor(this.account, `plinth-${name.toLowerCase()}-`, parent);
    this.#guard = new Guard(this.folder);
  }

  /** Of the process that has started all others of the server. */
  get pid(): number {
    if (!this.#child?.pid) throw new Error(`${this.#name} is not running.`);
    return this.#child.pid;
  }

  /** All that it has said so far, over every start. */
  get log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, "utf8") : "";
  }

  /** Runs a program beside it, as it is run. */
  async prepare(program: string, args: readonly string[]): Promise<void> {
    await run(program, args, this.#confined);
  }

  /** Starts it; resolves when it says that it is ready. */
  async start(program: string, args: readonly string[], isReady: () => boolean): Promise<void> {
    if (this.#child) throw new Error(`${this.#name} is running already.`);
    const log = openSync(this.#logFile, "a");
    const child = spawn(program, args, { ...this.#confined, detached: true, stdio: ["ignore", log, log] });
    closeSync(log);
    child.unref();
    this.#child = child;
    this.#guard.watch(child.pid ?? null);
    child.once("error", () => this.#gone());
    child.once("exit", () => this.#gone());
    await this.#ready(isReady);
  }

  /** Asks it to stop by a signal; resolves when it has. What is its own stays. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    await this.#end((pid) => {
      signalTree(pid, "SIGCONT");
      process.kill(pid, signal);
    });
  }

  /** Ends all its processes at once, as a crash of the machine but for what the system has cached. */
  async kill(): Promise<void> {
    let killed: number[] = [];
    await this.#end((pid) => {
      killed = signalTree(pid, "SIGKILL");
    });
    while (killed.some(isAlive)) await pause(5);
  }

  /** Holds all its processes where they are: connections stay, and nothing answers. */
  pause(): void {
    signalTree(this.pid, "SIGSTOP");
  }

  resume(): void {
    signalTree(this.pid, "SIGCONT");
  }

  /** Stops it, where it runs, and removes all that is its own. */
  async remove(signal: NodeJS.Signals): Promise<void> {
    if (this.#child) await this.stop(signal);
    await this.#guard.close();
  }

  async #ready(isReady: () => boolean): Promise<void> {
    const until = performance.now() + START_MS;
    while (performance.now() < until) {
      if (!this.#child) throw new Error(`${this.#name} has ended at its start:\n${this.log}`);
      if (isReady()) return;
      await pause(20);
    }
    throw new Error(`${this.#name} is not ready after ${START_MS / 1000} s:\n${this.log}`);
  }

  async #end(signal: (pid: number) => void): Promise<void> {
    const { pid } = this;
    const child = this.#child!;
    const ended = once(child, "exit");
    child.ref();
    signal(pid);
    await ended;
  }

  #gone(): void {
    this.#child = null;
    this.#guard.watch(null);
  }

  get #logFile(): string {
    return join(this.folder, "server.log");
  }

  /** As the account, in a place that it may be in; of this process's environment only what finds programs. */
  get #confined() {
    return { ...this.account, cwd: this.folder, env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } };
  }
}
