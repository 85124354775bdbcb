import { resolve } from "node:path";
import { type Call, type Command, configureCall } from "../command.ts";
import { EXIT, type ExitCode, Failure, reasonOf } from "../failure.ts";
import { withStore } from "../withStore.ts";

/** `plinth backup`. */
export const backup: Command = {
  name: "backup",
  summary: "Copies a store to a new file while it is in use.",
  operands: "<file>",
  operandsCount: [1, 1],
  about:
    "The copy is consistent: it holds everything that was acknowledged before it began. The service need not stop. " +
    "To restore, stop the service, put the copy where the store was, and start it again.",
  settings: ["store"],
  flags: {},
  examples: [
    ["plinth backup app-monday.db", "copies ./data/app.db"],
    ["plinth backup /backups/app.db --store sqlite:/srv/app.db", "copies another store"],
  ],
  run: copy,
};

async function copy(call: Call): Promise<ExitCode> {
  const { store: url } = configureCall(["store"], call);
  const path = resolve(call.folder, call.args.positionals[0]!);
  await withStore(url, call.folder, async (store) => {
    if (!store.backup) throw new Failure("This store cannot be backed up: it keeps nothing.");
    await store
      .backup(path, (done) => call.terminal.progress("Copied", done))
      .catch((error) => {
        throw new Failure(`No copy was made at ${path}: ${reasonOf(error)}.`, error);
      });
  });
  call.terminal.print(`The copy is ${path}.`);
  return EXIT.ok;
}
