import { parseArgs } from "node:util";
import { engine } from "./engine.ts";
import { http } from "./http.ts";
import { memory } from "./memory.ts";
import { machine, publish } from "./report.ts";
import { start } from "./start.ts";

const benches = { http, engine, start, memory };

const HELP = `npm run bench [-- name ...] [--rounds 5] [--seconds 8]

Measures side by side, in turn, in one run; prints medians with smallest and largest, and writes bench/results/NAME.json.
Names: ${Object.keys(benches).join(", ")} (default: all). Needs wrk on the PATH (Debian: apt-get install wrk).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "8" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(", ")}.\n`);
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
console.log(
  Object.entries(machine())
    .map(([key, value]) => `${key}: ${value}`)
    .join(", "),
);
const names = positionals.length > 0 ? positionals : Object.keys(benches);
for (const name of names as (keyof typeof benches)[])
  await publish(await benches[name]({ rounds: Number(values.rounds), seconds: Number(values.seconds) }));
