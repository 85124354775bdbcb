#!/usr/bin/env node
import process from "node:process";

const NODE_MIN = 24;

/** Said before anything is loaded that an older Node cannot read. */
function refuseOldNode(): void {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MIN) return;
  process.stderr.write(
    `Plinth needs Node ${NODE_MIN} or newer; this is ${process.versions.node}, at ${process.execPath}.\n`,
  );
  process.exit(2);
}

refuseOldNode();
const { main } = await import("./main.ts");
const { terminal } = await import("./terminal.ts");

process.exitCode = await main(process.argv.slice(2), {
  terminal: terminal(process.stdout, process.stderr),
  environment: process.env,
  folder: process.cwd(),
});
