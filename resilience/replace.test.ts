import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { replacing } from "./replacing.ts";

const SOURCE = fileURLToPath(new URL("./bank/fault.ts", import.meta.url));

/** Loads a source file in a process of its own, with a piece of it replaced. */
function load(from: string, to: string) {
  const replacements = [{ file: "resilience/bank/fault.ts", from, to }];
  const variables = { ...process.env, ...replacing(replacements) };
  const thread = `new (require("node:worker_threads").Worker)(${JSON.stringify(SOURCE)})`;
  return spawnSync(process.execPath, ["-e", thread], { encoding: "utf8", env: variables });
}

it("a piece of source is replaced, in a thread too", () => {
  const { status, stdout, stderr } = load("/** Which promise is broken. */", "console.log('replaced');");
  assert.deepEqual([status, stdout], [0, "replaced\n"], stderr);
});

it("a piece that is not there ends the process with words about it", () => {
  const { status, stderr } = load("what nobody would write", "");
  assert.equal(status, 1);
  assert.match(stderr, /fault\.ts has this piece 0 times instead of once: what nobody would write/);
});
