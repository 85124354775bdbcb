import { type Call, type Command, configureCall } from "../command.ts";
import { EXIT, type ExitCode, Failure, reasonOf } from "../failure.ts";
import { openStore } from "../openStore.ts";
import { withoutPassword } from "../storeUrl.ts";
import { systemClock } from "../system.ts";

/** `plinth migrate`. */
export const migrate: Command = {
  name: "migrate",
  summary: "Makes what a store is kept in, or brings it to the format of this version.",
  operands: "",
  operandsCount: [0, 0],
  about:
    "Every step is done whole or not at all. Many may run it at once, and the version before may go on serving. " +
    "serve does the same at its start; run it apart where that process may not make tables.",
  settings: ["store"],
  flags: {},
  examples: [
    ["plinth migrate --store postgres://me@localhost/app", "makes the schema plinth in the database app"],
    ["plinth migrate --store postgres://me@localhost/app?schema=hiring", "another schema"],
    ["plinth migrate --store sqlite:/srv/app.db", "a file of the version before"],
  ],
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const { store: url } = configureCall(["store"], call);
  if (url.kind === "memory") throw new Failure("memory: is kept nowhere. Name a store that is with --store.");
  if (url.kind === "postgres") return migrateSchema(call, url.url);
  const store = await openStore(url, { clock: systemClock, folder: call.folder, create: true });
  await store.close();
  call.terminal.print(`${url.path} has the format of this version.`);
  return EXIT.ok;
}

async function migrateSchema({ terminal }: Call, url: string): Promise<ExitCode> {
  const { migratePostgres } = await import("@plinth/postgres");
  const steps = await migratePostgres({ url }).catch((error) => {
    throw new Failure(`The store ${withoutPassword(url)} cannot be migrated: ${reasonOf(error)}.`, error);
  });
  for (const { format, describe } of steps) terminal.print(`Format ${format}: ${describe}.`);
  if (steps.length === 0) terminal.print(`${withoutPassword(url)} has the format of this version.`);
  return EXIT.ok;
}
