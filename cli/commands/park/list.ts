import type { Discarded, Parked, ParkQuery, Store } from "@plinth/ports";
import { type Call, type Command, configureCall } from "../../command.ts";
import { EXIT, type ExitCode, UsageError } from "../../failure.ts";
import { parseStatuses, subscriptionOf, timeOf } from "../../parked.ts";
import { brief, columns } from "../../table.ts";
import { withStore } from "../../withStore.ts";

/** `plinth park list`. */
export const parkList: Command = {
  name: "park list",
  summary: "Lists the events that reactors could not handle.",
  operands: "",
  operandsCount: [0, 0],
  about:
    "An event whose reactor fails is retried; after its retries it is parked and waits for you. Later events of the " +
    "same key wait behind it, all others go on. Statuses: parked (waits for you), behind (waits for an earlier one), " +
    "retrying (is tried again by itself), replay (is about to be tried again because someone wanted it).",
  settings: ["store"],
  flags: {
    reactor: { placeholder: "<name>", describe: "Only those of this reactor." },
    key: { placeholder: "<key>", describe: "Only those of this key." },
    status: { placeholder: "<list>", describe: "Only these: parked, behind, retrying, replay." },
    limit: { placeholder: "<count>", describe: "At most so many, 100 by default." },
    discarded: { placeholder: null, describe: "What was discarded instead, newest first, with the reasons." },
    json: { placeholder: null, describe: "One JSON object a line." },
  },
  examples: [
    ["plinth park list --status parked", "what waits for a decision"],
    ["plinth park list --reactor thanks --json | jq .error", "the errors of one reactor"],
  ],
  run: list,
};

async function list(call: Call): Promise<ExitCode> {
  const { store: url } = configureCall(["store"], call);
  const limit = parseLimit(call.args.values.limit ?? "100");
  const { discarded, json } = switchesOf(call);
  if (discarded) refuseFilters(call);
  const query = { ...filters(call), limit: limit + 1 };
  const rows = await withStore<readonly (Parked | Discarded)[]>(url, call.folder, (store: Store) =>
    discarded ? store.parks.discarded(limit + 1) : store.parks.list(query),
  );
  const shown = rows.slice(0, limit);
  if (json) for (const row of shown) call.terminal.print(JSON.stringify(row));
  else printTable(call, shown, discarded);
  if (rows.length > limit) call.terminal.note("There are more: see them with --limit.");
  return EXIT.ok;
}

function switchesOf({ args }: Call) {
  return { discarded: args.switches.has("discarded"), json: args.switches.has("json") };
}

function refuseFilters({ args }: Call): void {
  for (const flag of ["reactor", "key", "status"])
    if (args.values[flag] !== undefined) throw new UsageError(`--${flag} cannot be used with --discarded.`);
}

function filters({ args: { values } }: Call): Omit<ParkQuery, "limit"> {
  const { reactor, key, status } = values;
  return {
    ...(reactor !== undefined && { subscription: subscriptionOf(reactor) }),
    ...(key !== undefined && { key }),
    ...(status !== undefined && { statuses: parseStatuses(status) }),
  };
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 100_000)
    throw new UsageError(`--limit is "${text}": give a whole number from 1 to 100000.`);
  return limit;
}

function printTable({ terminal }: Call, rows: readonly (Parked | Discarded)[], discarded: boolean): void {
  if (rows.length === 0) terminal.note(discarded ? "Nothing was discarded." : "Nothing is parked.");
  else for (const line of columns([discarded ? DISCARDED : PARKED, ...rows.map(cells)])) terminal.print(line);
}

const PARKED = ["SUBSCRIPTION", "POSITION", "STATUS", "ATTEMPTS", "PARKED AT", "KEY", "ERROR"];
const DISCARDED = ["SUBSCRIPTION", "POSITION", "DISCARDED AT", "BY", "KEY", "REASON", "ERROR"];

function cells(row: Parked | Discarded): string[] {
  const { subscription, position, key, error } = row;
  const place = [subscription, String(position)];
  if ("reason" in row) return [...place, row.at, row.by, key, brief(row.reason), brief(error)];
  const { status, attempts, parkedAt } = row;
  return [...place, status, String(attempts), timeOf(parkedAt), key, brief(error)];
}
