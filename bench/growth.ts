import { copyFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { deposits, withServer } from "./http.ts";
import { finish, program, residentBytes, result, withFolder } from "./process.ts";
import type { Figure, Report, Scale } from "./report.ts";
import type { BoundedOptions } from "./servers/bounded.ts";
import type { EngineOptions, EngineResult } from "./servers/engine.ts";
import type { FillOptions } from "./servers/fill.ts";

/** Accounts that the log grows by: as few as elsewhere, so that it is the log alone that grows. */
const ACCOUNTS = 1000;
/** Accounts that the cache has no room for. */
const ACCOUNTS_MANY = 1_000_000;
/** What an entry of the entity cache counts for: its state and what keeps it. */
const ENTRY_BYTES = 435;
const CACHE_BYTES = 100_000 * ENTRY_BYTES;
const IN_FLIGHT = 256;
const MEBIBYTE = 2 ** 20;

/** A log of some length, measured once a round. */
class Stage {
  readonly accounts: number;
  readonly events: number;
  readonly file: string | null;
  readonly commands: EngineResult[] = [];
  readonly requests: {
    readonly perSecond: number;
    readonly errors: number;
    readonly residentBytes: number;
  }[] = [];

  /** Without a file: an empty log each time. */
  constructor(accounts: number, events: number, file: string | null) {
    this.accounts = accounts;
    this.events = events;
    this.file = file;
  }
}

/** Deposits with a log of none, a tenth and all of the events, and with a million accounts, in turn. */
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

/** One fill of the log: what has a tenth of the events is copied on the way. Another of as many, into a million accounts. */
async function prepare(folder: string, events: number): Promise<Stage[]> {
  const [tenth, all, many] = [join(folder, "tenth"), join(folder, "all"), join(folder, "many")];
  for (const one of [tenth, all, many]) await mkdir(one);
  const files = [tenth, all, many].map((one) => join(one, "accounts.db")) as [string, string, string];
  await fill(files[1], events / 10, ACCOUNTS);
  await copyFile(files[1], files[0]);
  await fill(files[1], events, ACCOUNTS);
  await fill(files[2], events / 10, ACCOUNTS_MANY);
  return [
    new Stage(ACCOUNTS, 0, null),
    new Stage(ACCOUNTS, events / 10, files[0]),
    new Stage(ACCOUNTS, events, files[1]),
    new Stage(ACCOUNTS_MANY, events / 10, files[2]),
  ];
}

async function fill(file: string, events: number, accounts: number): Promise<void> {
  const began = performance.now();
  await finish(program("fill", { file, events, accounts } satisfies FillOptions));
  const seconds = Math.round((performance.now() - began) / 1000);
  const gibibytes = (await stat(file)).size / 2 ** 30;
  console.log(`  ${events.toLocaleString("en")} events: ${gibibytes.toFixed(2)} GiB, in ${seconds} s`);
}

async function measure(stage: Stage, file: string, seconds: number): Promise<void> {
  const options: EngineOptions = {
    store: `sqlite:${file}`,
    seconds,
    inFlight: IN_FLIGHT,
    accounts: stage.accounts,
    inTurn: false,
    cacheBytesMax: CACHE_BYTES,
  };
  stage.commands.push(await result<EngineResult>("engine", options));
  const served: BoundedOptions = { file, cacheBytesMax: CACHE_BYTES };
  await withServer(program("bounded", served), async (url, { process }) => {
    const { requestsPerSecond: perSecond, errors } = await deposits(url, seconds, { to: anyPath(stage) });
    stage.requests.push({ perSecond, errors, residentBytes: await residentBytes(process.pid!) });
  });
}

/** As many of the accounts, in any order, as a run can come to. */
function anyPath({ accounts }: Stage): string[] {
  const length = Math.min(200_000, 100 * accounts);
  return Array.from({ length }, () => `/accounts/a${Math.floor(Math.random() * accounts)}/deposit`);
}

function report(stages: readonly Stage[]): Report {
  const [none, , all, many] = stages as [Stage, Stage, Stage, Stage];
  const most = `${all.events.toLocaleString("en")} events`;
  const speedOf = ({ commands }: Stage) => commands.map(({ perSecond }) => perSecond);
  const httpOf = ({ requests }: Stage) => requests.map(({ perSecond }) => perSecond);
  const mebibytesOf = ({ requests }: Stage) => requests.map(({ residentBytes }) => residentBytes / MEBIBYTE);
  const toNone = (of: (stage: Stage) => number[], stage = all) =>
    of(stage).map((value, round) => value / of(none)[round]!);
  const more = mebibytesOf(all).map((value, round) => value - mebibytesOf(none)[round]!);
  const cached = stages.flatMap(({ commands }) => commands.map(({ cacheBytes }) => cacheBytes / CACHE_BYTES));
  const errors = stages.flatMap(({ requests }) => requests.map((request) => request.errors));
  return {
    name: "growth",
    what:
      `deposits into any of ${ACCOUNTS.toLocaleString("en")} accounts under random keys, a log of that many events ` +
      `against an empty one; and into any of ${ACCOUNTS_MANY.toLocaleString("en")}, with a cache of 100,000; in turn.`,
    figures: [
      ...each("engine", "cmd/s", stages, speedOf),
      { name: `engine, ${most} to none`, unit: "", values: toNone(speedOf) },
      { name: "engine, a million accounts to a thousand", unit: "", values: toNone(speedOf, many) },
      ...each("http", "req/s", stages, httpOf),
      { name: `http, ${most} to none`, unit: "", values: toNone(httpOf) },
      { name: "http, a million accounts to a thousand", unit: "", values: toNone(httpOf, many) },
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
    name: `${name}, ${nameOf(stage)}`,
    unit,
    values: of(stage),
  }));
}

function nameOf({ accounts, events }: Stage): string {
  if (accounts === ACCOUNTS_MANY) return "a million accounts";
  return `${events === 0 ? "no" : events.toLocaleString("en")} events`;
}
