import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Call, type Command, configureCall } from "../command.ts";
import { readDotenv } from "../dotenv.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { mainFile } from "../load.ts";
import { SETTINGS, type SettingName } from "../settings.ts";
import { SourceWatch } from "../sourceWatch.ts";

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** `plinth dev`. */
export const dev: Command = {
  name: "dev",
  summary: "Runs a service, and starts it anew whenever a file of it changes.",
  operands: "<main.ts | folder>",
  operandsCount: [1, 1],
  about:
    "Like plinth serve, for work in progress: it watches the folders of every file that the service imports. After an " +
    "error it shows what is wrong, and waits for the next change. Log lines are text, and what is in flight gets 2 " +
    "seconds, unless told otherwise.",
  settings: NAMES,
  flags: {},
  examples: [
    ["plinth dev main.ts", "on http://127.0.0.1:8080, with everything kept in ./data/app.db"],
    ["plinth dev . --store memory:", "what main.ts in this folder runs, from nothing after each change"],
  ],
  run: develop,
};

async function develop(call: Call): Promise<ExitCode> {
  const path = mainFile(call.args.positionals[0]!, call.folder);
  configureCall(NAMES, call);
  const attempts = new Attempts(path, call);
  const interrupted = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, resolve);
  });
  attempts.start();
  await interrupted;
  await attempts.end();
  return EXIT.ok;
}

/** One process after the other that runs the service. */
class Attempts {
  readonly #call: Call;
  readonly #command: readonly string[];
  readonly #watch: SourceWatch;
  #running: ChildProcess | null = null;
  /** The last change was answered when this resolves. */
  #restarting: Promise<void> = Promise.resolve();
  #ending = false;

  constructor(path: string, call: Call) {
    this.#call = call;
    this.#command = serveCommand(path, call);
    this.#watch = new SourceWatch((changed) => {
      this.#restarting = this.#restarting.then(() => this.#restart(changed));
    });
    this.#watch.add(path);
  }

  start(): void {
    const running = spawn(process.execPath, this.#command, {
      cwd: this.#call.folder,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    running.on("message", (file: string) => this.#watch.add(file));
    running.on("exit", () => {
      if (this.#running === running) this.#call.terminal.note("\nIt has ended. Waiting for a change.");
    });
    this.#running = running;
  }

  async end(): Promise<void> {
    this.#ending = true;
    this.#watch.close();
    await this.#restarting;
    await this.#stop();
  }

  async #restart(changed: string): Promise<void> {
    if (this.#ending) return;
    await this.#stop();
    this.#call.terminal.note(`\n${relative(this.#call.folder, changed)} has changed: starting anew.`);
    this.start();
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGTERM");
    await once(running, "exit");
  }
}

function serveCommand(path: string, call: Call): string[] {
  const reports = new URL("../reportLoads.ts", import.meta.url);
  const bin = new URL("../bin.js", import.meta.url);
  const flags = { ...defaults(call), ...call.args.values };
  const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  return ["--import", reports.href, fileURLToPath(bin), "serve", path, ...words];
}

/** What is better while one works, where it is not said otherwise. */
function defaults({ environment, folder }: Call): Record<string, string> {
  const said = { ...readDotenv(folder), ...environment };
  return {
    ...(!said[SETTINGS.log.variable] && { log: "text" }),
    ...(!said[SETTINGS.drainMs.variable] && { "drain-ms": "2000" }),
  };
}
