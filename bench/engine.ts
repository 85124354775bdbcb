import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withFolder } from "./http.ts";
import type { Report } from "./report.ts";

/** Commands under way at once, as many as `http` has connections. */
const IN_FLIGHT = 256;
/** Entities that they go to. */
const ACCOUNTS = 1000;

/** Deposits without HTTP, against the bulk insert of the same rows through the driver, in turn. */
export async function engine({ rounds, seconds }: { rounds: number; seconds: number }): Promise<Report> {
  const bulk: number[] = [];
  const plinth: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bulk.push(await perSecond("bulk", seconds));
    plinth.push(await perSecond("engine", seconds));
  }
  return {
    name: "engine",
    what:
      `deposits of examples/accounts without HTTP, ${IN_FLIGHT} under way, ${ACCOUNTS} accounts, against ` +
      "transactions of 1000 that insert the same event, state and answer, with nothing checked.",
    figures: [
      { name: "bulk insert, SQLite's driver", unit: "cmd/s", values: bulk },
      { name: "plinth, durable on SQLite", unit: "cmd/s", values: plinth },
      { name: "ratio", unit: "", values: plinth.map((value, round) => value / bulk[round]!) },
    ],
    goals: [
      { figure: "plinth, durable on SQLite", atLeast: 100_000 },
      { figure: "ratio", atLeast: 0.6 },
    ],
  };
}

/** Runs a program of `servers/` in a process of its own; it prints how many commands a second it did. */
async function perSecond(program: string, seconds: number): Promise<number> {
  const path = fileURLToPath(new URL(`servers/${program}.ts`, import.meta.url));
  const { stdout } = await withFolder((folder) =>
    promisify(execFile)("node", [path, folder, String(seconds), String(IN_FLIGHT), String(ACCOUNTS)]),
  );
  return Number(stdout);
}
