import { copyFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { deposits, withServer } from "./http.ts";
import { finish, program, residentBytes, result, withFolder } from "./process.ts";
import type { Figure, Report, Scale } from "./report.ts";
import type { BoundedOptions } from "./servers/bounded.ts";
import type { EngineOptions, EngineResult } from "./servers/engine.ts";
import type { FillOptions } from "./servers/fill.ts";

const ACCOUNTS = 1_000_000;
/** What an entry of the entity cache counts for: its state and what keeps it. */
const ENTRY_BYTES = 435;
const CACHE_BYTES = 100_000 * ENTRY_BYTES;
const IN_FLIGHT = 256;
const MEBIBYTE = 2 ** 20;

/** A log of some length, measured once a round. */
class Stage {
  readonly events: number;
  readonly file: string | null;
  readonly commands: EngineResult[] = [];
  readonly requests: {
    readonly perSecond: number;
    readonly errors: number;
    readonly residentBytes: number;
  }[] = [];

  /** Without a file: an empty log each time. */
  constructor(events: number, file: string | null) {
    this.events = events;
    this.file = file;
  }
}

/** Deposits into any of a million accounts, with a log of none, a tenth and all of the events, in turn. */
export async function growth({ rounds, seconds, events }: Scale): Promise<Report> {
  return withFolder(async (folder) => {
    const stages = await prepare(folder, events);
    for (let round = 0; round < rounds; round++)
      for (const stage of stages)
        if (stage.file) await measure(stage, stage.file, seconds);
        else await withFolder((fresh) => measure(stage, join(fresh, "accounts.db"), seconds));
    return report(stages);
  });
}

/** One fill: what has a tenth of the events is copied on the way. */
async function prepare(folder: string, events: number): Promise<Stage[]> {
  const [tenth, all] = [join(folder, "tenth"), join(folder, "all")];
  await mkdir(tenth);
  await mkdir(all);
  const files = [join(tenth, "accounts.db"), join(all, "accounts.db")] as const;
  await fill(files[1], events / 10);
  await copyFile(files[1], files[0]);
  await fill(files[1], events);
  return [new Stage(0, null), new Stage(events / 10, files[0]), new Stage(events, files[1])];
}

async function fill(file: string, events: number): Promise<void> {
  const began = performance.now();
  await finish(program("fill", { file, events, accounts: ACCOUNTS } satisfies FillOptions));
  const seconds = Math.round((performance.now() - began) / 1000);
  const gibibytes = (await stat(file)).size / 2 ** 30;
  console.log(`  ${events.toLocaleString("en")} events: ${gibibytes.toFixed(2)} GiB, in ${seconds} s`);
}

async function measure(stage: Stage, file: string, seconds: number): Promise<void> {
  const options: EngineOptions = {
    file,
    seconds,
    inFlight: IN_FLIGHT,
    accounts: ACCOUNTS,
    inTurn: false,
    cacheBytesMax: CACHE_BYTES,
  };
  stage.commands.push(await result<EngineResult>("engine", options));
  const served: BoundedOptions = { file, cacheBytesMax: CACHE_BYTES };
  await withServer(program("bounded", served), async (url, { process }) => {
    const { requestsPerSecond: perSecond, errors } = await deposits(url, seconds, anyPath());
    stage.requests.push({ perSecond, errors, residentBytes: await residentBytes(process.pid!) });
  });
}

/** As many of the accounts, in any order, as a run can come to. */
function anyPath(): string[] {
  return Array.from({ length: 200_000 }, () => `/accounts/a${Math.floor(Math.random() * ACCOUNTS)}/deposit`);
}

function report(stages: readonly Stage[]): Report {
  const [none, , all] = stages as [Stage, Stage, Stage];
  const most = `${all.events.toLocaleString("en")} events`;
  const speedOf = ({ commands }: Stage) => commands.map(({ perSecond }) => perSecond);
  const httpOf = ({ requests }: Stage) => requests.map(({ perSecond }) => perSecond);
  const mebibytesOf = ({ requests }: Stage) => requests.map(({ residentBytes }) => residentBytes / MEBIBYTE);
  const ratio = (of: (stage: Stage) => number[]) => of(all).map((value, round) => value / of(none)[round]!);
  const more = mebibytesOf(all).map((value, round) => value - mebibytesOf(none)[round]!);
  const cached = stages.flatMap(({ commands }) => commands.map(({ cacheBytes }) => cacheBytes / CACHE_BYTES));
  const errors = stages.flatMap(({ requests }) => requests.map((request) => request.errors));
  return {
    name: "growth",
    what:
      `deposits into any of ${ACCOUNTS.toLocaleString("en")} accounts under random keys, a cache of 100,000; a log of ` +
      "that many events against an empty one, in turn.",
    figures: [
      ...each("engine", "cmd/s", stages, speedOf),
      { name: `engine, ${most} to none`, unit: "", values: ratio(speedOf) },
      ...each("http", "req/s", stages, httpOf),
      { name: `http, ${most} to none`, unit: "", values: ratio(httpOf) },
      ...each("resident", "MiB", stages, mebibytesOf),
      { name: `memory, ${most} beyond none`, unit: "MiB", values: more },
      { name: "cache, of its bound", unit: "", values: cached },
      { name: "errors", unit: "", values: errors },
    ],
    goals: [
      { figure: `engine, ${most} to none`, atLeast: 0.9 },
      { figure: `http, ${most} to none`, atLeast: 0.9 },
      { figure: `memory, ${most} beyond none`, atMost: Math.round(CACHE_BYTES / MEBIBYTE) },
      { figure: "cache, of its bound", atMost: 1 },
      { figure: "errors", atMost: 0 },
    ],
  };
}

function each(
  name: string,
  unit: string,
  stages: readonly Stage[],
  of: (stage: Stage) => number[],
): Figure[] {
  return stages.map((stage) => ({
    name: `${name}, ${stage.events === 0 ? "no" : stage.events.toLocaleString("en")} events`,
    unit,
    values: of(stage),
  }));
}
