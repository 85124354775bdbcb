import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Call, type Command, configureCall } from "../command.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { mainFile } from "../load.ts";
import { SETTINGS, type SettingName } from "../settings.ts";

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** `plinth dev`. */
export const dev: Command = {
  name: "dev",
  summary: "Runs a service, and starts it anew whenever a file of it changes.",
  operands: "<main.ts | folder>",
  operandsCount: [1, 1],
  about:
    "Like plinth serve, for work in progress: it watches every file that the service imports. After an error it shows " +
    "what is wrong, and waits for the next change. Log lines are text, and what is in flight gets 2 seconds, unless " +
    "told otherwise.",
  settings: NAMES,
  flags: {},
  examples: [
    ["plinth dev main.ts", "on http://127.0.0.1:8080, with everything kept in ./data/app.db"],
    ["plinth dev . --store memory:", "what main.ts in this folder runs, from nothing after each change"],
  ],
  run: watch,
};

/** Node's own watch mode follows the imports, restarts gracefully, and waits after a crash. */
async function watch(call: Call): Promise<ExitCode> {
  const path = mainFile(call.args.positionals[0]!, call.folder);
  configureCall(NAMES, call);
  const command = fileURLToPath(new URL("../bin.ts", import.meta.url));
  const flags = Object.entries({ ...defaults(call), ...call.args.values }).map(
    ([flag, value]) => `--${flag}=${value}`,
  );
  const watching = spawn(
    process.execPath,
    ["--watch", "--watch-preserve-output", command, "serve", path, ...flags],
    { stdio: "inherit", cwd: call.folder },
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void watching.kill(signal));
  const [code] = await once(watching, "exit");
  return code === 0 || code === null ? EXIT.ok : EXIT.failed;
}

/** What is better while one works, where it is not said otherwise. */
function defaults({ environment }: Call): Record<string, string> {
  return {
    ...(!environment.PLINTH_LOG && { log: "text" }),
    ...(!environment.PLINTH_DRAIN_MS && { "drain-ms": "2000" }),
  };
}
