import { parseArgs } from "node:util";
import { engine } from "./engine.ts";
import { growth } from "./growth.ts";
import { http } from "./http.ts";
import { memory } from "./memory.ts";
import { peers } from "./peers.ts";
import { postgres } from "./postgres.ts";
import { profileHttp, profilePostgres } from "./profile.ts";
import { machine, publish } from "./publish.ts";
import { reads } from "./reads.ts";
import { rebuild } from "./rebuild.ts";
import type { Report, Scale } from "./report.ts";
import { start } from "./start.ts";
import { subscribe } from "./subscribe.ts";
import { goalTable } from "./table.ts";

const benches: Readonly<Record<string, (scale: Scale) => Promise<Report>>> = {
  http,
  engine,
  reads,
  rebuild,
  subscribe,
  start,
  memory,
  growth,
  postgres,
  peers,
};

/** It installs what others have made: only when it is asked for. */
const usual = Object.keys(benches).filter((name) => name !== "peers");

const HELP = `npm run bench [name ...] [-- --rounds 3 --seconds 5 --events 10000000 --profile]

Measures side by side, in turn, in one run; prints medians with smallest and largest, writes bench/results/NAME.json, and
ends with a table of all goals. Needs wrk on the PATH (Debian: apt-get install wrk).

Names: ${Object.keys(benches).join(", ")} (default: all but peers, which installs them).
--rounds    how often each side is measured
--seconds   how long each time, after a warm-up
--events    how far growth fills its log
--profile   with http or postgres: where the time of its server goes, instead of how fast it is`;

const profiles: Readonly<Record<string, (seconds: number) => Promise<void>>> = {
  http: profileHttp,
  postgres: profilePostgres,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    events: { type: "string", default: "10000000" },
    profile: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const scale = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  events: Number(values.events),
};
const faults = [
  ...(values.profile && !profiles[positionals.join()]
    ? ["--profile goes with http alone, or with postgres alone."]
    : []),
  ...positionals
    .filter((name) => !Object.hasOwn(benches, name))
    .map((name) => `There is no benchmark ${name}.`),
  ...Object.entries(scale)
    .filter(([, value]) => !(value > 0))
    .map(([name]) => `--${name} is a number above 0.`),
];

/** What cannot be measured does not keep the others from it. */
function giveUp(name: string, error: unknown): null {
  console.error(`\n${name} could not be measured:`, error);
  process.exitCode = 1;
  return null;
}

async function measure(names: readonly string[]): Promise<void> {
  const where = Object.entries(machine()).map(([key, value]) => `${key}: ${value}`);
  console.log(where.join(", "));
  const began = performance.now();
  const reports: Report[] = [];
  for (const name of names) {
    const report = await benches[name]!(scale).catch((error) => giveUp(name, error));
    if (report === null) continue;
    await publish(report);
    reports.push(report);
  }
  const minutes = (performance.now() - began) / 60_000;
  console.log(`\n${goalTable(reports)}\n\n${minutes.toFixed(1)} minutes.`);
}

if (values.help || faults.length > 0) {
  for (const fault of faults) console.error(fault);
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else if (values.profile) await profiles[positionals.join()]!(scale.seconds);
else await measure(positionals.length > 0 ? positionals : usual);
