import { env } from "node:process";
import { type Call, type Command, configureCall } from "../command.ts";
import { readDotenv } from "../dotenv.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { isService, loadDefault, mainFile, noService } from "../load.ts";
import { run, runsSoFar } from "../run.ts";
import { SETTINGS, type SettingName } from "../settings.ts";

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** `plinth serve`. */
export const serve: Command = {
  name: "serve",
  summary: "Runs a service.",
  operands: "<main.ts | folder>",
  operandsCount: [1, 1],
  about:
    "Runs the service that the file exports as default, or whatever the file itself passes to run(). In a folder it " +
    "takes main.ts, else index.ts, else model.ts. It listens on this machine alone, unless --host says otherwise. " +
    "SIGTERM and Ctrl-C finish what is in flight, then it ends.",
  settings: NAMES,
  flags: {},
  examples: [
    ["plinth serve main.ts", "on http://127.0.0.1:8080, with everything kept in ./data/app.db"],
    ["plinth serve examples/accounts --port 8090 --store memory:", "a folder, another port, nothing kept"],
    [
      "plinth serve main.ts --host 0.0.0.0 --roles api",
      "answers requests of other machines, and leaves views and reactors to others",
    ],
  ],
  run: serveService,
};

async function serveService(call: Call): Promise<ExitCode> {
  const path = mainFile(call.args.positionals[0]!, call.folder);
  configureCall(NAMES, call);
  setVariables(call);
  const exported = await loadDefault(path);
  if (runsSoFar() > 0) return EXIT.ok;
  if (!isService(exported)) throw noService(path);
  await run(exported);
  return EXIT.ok;
}

/** Flags become variables, so that `run` finds them wherever it is called. */
function setVariables({ args, folder }: Call): void {
  for (const [name, value] of Object.entries(readDotenv(folder))) env[name] ??= value;
  for (const { flag, variable } of Object.values(SETTINGS))
    if (args.values[flag] !== undefined) env[variable] = args.values[flag];
}
