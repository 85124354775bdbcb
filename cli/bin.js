#!/usr/bin/env node
// Plain JavaScript, so that every Node can read it: one too old is told so in words, and a newer one need not load what
// strips types, 15 MiB and 30 ms, when everything else comes from its compile cache.
import module from "node:module";
import process from "node:process";

const NODE_MIN = 24;

/** Said before anything is loaded that an older Node cannot read. */
function refuseOldNode() {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MIN) return;
  process.stderr.write(
    `Plinth needs Node ${NODE_MIN} or newer; this is ${process.versions.node}, at ${process.execPath}.\n`,
  );
  process.exit(2);
}

refuseOldNode();
/**
 * Compiling, and stripping types where sources run as they are, is more than half of the time to start and a third of
 * the memory. The variable hands the cache on to worker threads, which the call does not reach.
 */
const { directory } = module.enableCompileCache();
if (directory) process.env.NODE_COMPILE_CACHE ??= directory;
const { main } = await import("./main.ts");
const { outliveReader, terminal } = await import("./terminal.ts");

outliveReader(process.stdout);
outliveReader(process.stderr);

const exitCode = await main(process.argv.slice(2), {
  terminal: terminal(process.stdout, process.stderr),
  environment: process.env,
  folder: process.cwd(),
});
// A program that was served may have said how it ends.
process.exitCode ||= exitCode;
module.flushCompileCache();
