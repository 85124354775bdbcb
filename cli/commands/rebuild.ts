import type { Service } from "@plinth/model";
import type { Store } from "@plinth/ports";
import type { Comparison, Runtime } from "@plinth/runtime";
import { type Call, type Command, configureCall } from "../command.ts";
import { EXIT, type ExitCode, Failure } from "../failure.ts";
import { loadProgram } from "../load.ts";
import { textLog } from "../log.ts";
import { didYouMean } from "../nearest.ts";
import { processOwner } from "../owner.ts";
import { systemClock, systemRandom } from "../system.ts";
import { uuid7Ids } from "../uuid7.ts";
import { withStore } from "../withStore.ts";

/** `plinth rebuild`. */
export const rebuild: Command = {
  name: "rebuild",
  summary: "Builds a view anew beside the one that is read, compares both, and switches.",
  operands: "<view> <main.ts | folder>",
  operandsCount: [2, 2],
  about:
    "The service may run or not; if it runs, it answers from the old build until the new one has caught up, and " +
    "nothing stops. The old build is kept in step, so that --back can switch to it again. Ctrl-C gives the rebuild up, " +
    "the old build goes on.",
  settings: ["store"],
  flags: {
    back: { placeholder: null, describe: "Switches back to the build before." },
    json: { placeholder: null, describe: "The comparison as one JSON object." },
  },
  examples: [
    ["plinth rebuild balances main.ts", "of the store at ./data/app.db"],
    ["plinth rebuild balances main.ts --store sqlite:/srv/app.db", "of another one"],
    ["plinth rebuild balances main.ts --back", "reads the build before again"],
  ],
  run: rebuildView,
};

async function rebuildView(call: Call): Promise<ExitCode> {
  const [name, main] = call.args.positionals as [string, string];
  const { service, options } = await loadProgram(main, call.folder);
  const part = only(service, name);
  const use = (store: Store) => onRuntime(part, store, call, (runtime) => carryOut(call, runtime, name));
  const { store } = options;
  if (typeof store === "object" && call.args.values.store === undefined)
    return use(store).finally(() => store.close());
  const { store: url } = configureCall(["store"], typeof store === "string" ? onStore(store, call) : call);
  return withStore(url, call.folder, use);
}

/** The store that the program names, unless a flag names another. */
function onStore(store: string, call: Call): Call {
  return { ...call, args: { ...call.args, values: { store, ...call.args.values } } };
}

/** The service with this view alone: reactors are not this process's business. */
function only(service: Service, name: string): Service {
  const view = service.views.find((view) => view.name === name);
  if (view) return { ...service, views: [view], reactors: [] };
  const names = service.views.map((view) => view.name);
  const known = names.length === 0 ? "It has none." : `It has ${names.join(", ")}.`;
  throw new Failure(
    `The service "${service.name}" has no view "${name}".${didYouMean(name, names)} ${known}`,
  );
}

async function onRuntime(
  service: Service,
  store: Store,
  call: Call,
  use: (runtime: Runtime) => Promise<void>,
): Promise<ExitCode> {
  const { terminal } = call;
  const { startRuntime } = await import("@plinth/runtime");
  const ids = uuid7Ids(systemClock, systemRandom);
  const logger = textLog((line) => terminal.note(line.trimEnd()), systemClock);
  const { name: owner, isGone } = processOwner(ids.next());
  const parts = { store, clock: systemClock, random: systemRandom, ids, logger, owner, isGone };
  const runtime = await startRuntime(service, { ...parts, roles: { api: false, worker: builds(call) } });
  try {
    await use(runtime);
  } finally {
    await runtime.drain(DRAIN_MS);
  }
  return EXIT.ok;
}

function builds({ args }: Call): boolean {
  return !args.switches.has("back");
}

/** Time to give the leases back in, in milliseconds. */
const DRAIN_MS = 10_000;

async function carryOut(call: Call, runtime: Runtime, view: string): Promise<void> {
  const { args, terminal } = call;
  if (!builds(call)) {
    await runtime.views.switchBack(view);
    terminal.print(`${view} is read from the build before.`);
    return;
  }
  const comparison = await runtime.views.rebuild(view, {
    signal: interruption(),
    onProgress: (reached, head) => terminal.progress(`Rebuilding ${view}`, head === 0 ? 1 : reached / head),
  });
  if (args.switches.has("json")) terminal.print(JSON.stringify(comparison));
  else for (const line of report(view, comparison)) terminal.print(line);
}

/** Aborts at the first Ctrl-C or SIGTERM. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

function report(view: string, comparison: Comparison): string[] {
  const { same, changed, unsettled, added, removed, samples } = comparison;
  const counts = { same, changed, added, removed, "still moving": unsettled };
  const shown = Object.entries(counts).filter(([what, count]) => what === "same" || count > 0);
  return [
    `${view} is rebuilt, and read from the new build.`,
    `  rows: ${shown.map(([what, count]) => `${count} ${what}`).join(", ")}`,
    ...samples.map(({ tenant, key }) => `  differs: ${key} (tenant ${tenant})`),
    ...(samples.length > 0 ? ["  plinth rebuild --back reads the build before again."] : []),
  ];
}
