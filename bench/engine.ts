import { join } from "node:path";
import { result, sqliteIn, withFolder } from "./process.ts";
import type { Report, Scale } from "./report.ts";
import type { BulkOptions } from "./servers/bulk.ts";
import type { EngineOptions, EngineResult } from "./servers/engine.ts";

/** Commands under way at once, as many as `http` has connections. */
const IN_FLIGHT = 256;
/** Entities that they go to. */
const ACCOUNTS = 1000;

/** Deposits without HTTP, against the bulk insert of the same rows through the driver, in turn. */
export async function engine({ rounds, seconds }: Scale): Promise<Report> {
  const bulk: number[] = [];
  const plinth: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bulk.push(await withFolder((folder) => bulkInserts(join(folder, "bulk.db"), seconds)));
    plinth.push(await withFolder((folder) => commands(sqliteIn(folder), seconds)));
  }
  return {
    name: "engine",
    what:
      `deposits of examples/accounts without HTTP, ${IN_FLIGHT} under way, ${ACCOUNTS} accounts, against ` +
      "transactions of 1000 that insert the same event, state and answer, with nothing checked. Random keys.",
    figures: [
      { name: "bulk insert, SQLite's driver", unit: "cmd/s", values: bulk },
      { name: "plinth, durable on SQLite", unit: "cmd/s", values: plinth },
      { name: "ratio to the bulk insert", unit: "", values: plinth.map((rate, at) => rate / bulk[at]!) },
    ],
    goals: [
      { figure: "plinth, durable on SQLite", atLeast: 100_000 },
      { figure: "ratio to the bulk insert", atLeast: 0.6 },
    ],
  };
}

function bulkInserts(file: string, seconds: number): Promise<number> {
  return result<number>("bulk", { file, seconds, accounts: ACCOUNTS } satisfies BulkOptions);
}

async function commands(store: string, seconds: number): Promise<number> {
  const options: EngineOptions = { store, seconds, inFlight: IN_FLIGHT, accounts: ACCOUNTS, inTurn: true };
  return (await result<EngineResult>("engine", options)).perSecond;
}
