import { fileURLToPath } from "node:url";
import { arrows } from "./arrows.ts";
import { errors } from "./errors.ts";
import { glossary } from "./glossary.ts";
import { names } from "./names.ts";
import { reach } from "./reach.ts";
import { refreshed, samples, write } from "./samples.ts";
import { readTree, show } from "./tree.ts";

/** Checks the whole tree; with `--write`, cuts the samples of the pages anew first. */
const root = fileURLToPath(new URL("..", import.meta.url));
if (process.argv.includes("--write")) write(root, refreshed(readTree(root)));

const tree = readTree(root);
const faults = [arrows, errors, glossary, names, reach, samples].flatMap((check) => check(tree));
for (const fault of faults) console.error(show(fault));
console.log(`${tree.size} files checked, ${faults.length} ${faults.length === 1 ? "fault" : "faults"}.`);
process.exitCode = faults.length > 0 ? 1 : 0;
