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

/** What a kind of server is like. */
interface Kind {
  readonly name: string;
  /** Asks it to stop without waiting for its clients. */
  readonly stopSignal: NodeJS.Signals;
  /** Of its folder; the system's folder for temporary files where nothing is said. */
  readonly parent?: string | undefined;
}

/**
 * A server of the tests' own: processes and a folder, of an account that may nothing else. Both end with this process,
 * however that ends, and do not keep it alive.
 */
export abstract class Daemon {
  protected readonly folder: string;
  protected readonly account: Account | null;
  readonly #name: string;
  readonly #stopSignal: NodeJS.Signals;
  readonly #guard: Guard;
  #child: ChildProcess | null = null;

  constructor({ name, stopSignal, parent }: Kind) {
    this.#name = name;
    this.#stopSignal = stopSignal;
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
  log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, "utf8") : "";
  }

  /** Starts it on what is in its folder; resolves when it takes connections, where it did before. */
  abstract start(): Promise<void>;

  /** Stops it as one does on purpose; resolves when it has. Its data stay. */
  async stop(): Promise<void> {
    await this.#end((pid) => {
      signalTree(pid, "SIGCONT");
      process.kill(pid, this.#stopSignal);
    });
  }

  /** Ends all its processes at once, as a crash of the machine but for what the system has cached. Its data stay. */
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

  /** Stops it, where it runs, and removes its data. */
  async remove(): Promise<void> {
    if (this.#child) await this.stop();
    await this.#guard.close();
  }

  /** Runs a program beside it, as it is run. */
  protected async prepare(program: string, args: readonly string[]): Promise<void> {
    await run(program, args, this.#confined);
  }

  /**
   * Runs the program that is the server.
   * @param isReady told what it has said since.
   */
  protected async launch(
    program: string,
    args: readonly string[],
    isReady: (said: string) => boolean,
  ): Promise<void> {
    if (this.#child) throw new Error(`${this.#name} is running already.`);
    const before = this.log().length;
    const log = openSync(this.#logFile, "a");
    const child = spawn(program, args, { ...this.#confined, detached: true, stdio: ["ignore", log, log] });
    closeSync(log);
    child.unref();
    this.#child = child;
    this.#guard.watch(child.pid ?? null);
    child.once("error", () => this.#gone());
    child.once("exit", () => this.#gone());
    await this.#ready(() => isReady(this.log().slice(before)));
  }

  async #ready(isReady: () => boolean): Promise<void> {
    const until = performance.now() + START_MS;
    while (performance.now() < until) {
      if (!this.#child) throw new Error(`${this.#name} has ended at its start:\n${this.log()}`);
      if (isReady()) return;
      await pause(20);
    }
    throw new Error(`${this.#name} is not ready after ${START_MS / 1000} s:\n${this.log()}`);
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
