import { rm } from "node:fs/promises";
import { join } from "node:path";
import { finish, program, withFolder } from "./process.ts";
import type { Report, Scale } from "./report.ts";
import type { FillOptions } from "./servers/fill.ts";
import type { FoldOptions } from "./servers/fold.ts";

const EVENTS = 1_000_000;
const ACCOUNTS = 10_000;

/** `plinth rebuild` of a view against a loop that reads, parses and folds the same events, in turn. */
export async function rebuild({ rounds }: Scale): Promise<Report> {
  const bare: number[] = [];
  const plinth: number[] = [];
  await withFolder(async (folder) => {
    const file = join(folder, "accounts.db");
    await finish(program("fill", { file, events: EVENTS, accounts: ACCOUNTS } satisfies FillOptions));
    for (let round = 0; round < rounds; round++) {
      const to = join(folder, "rows.db");
      bare.push(await eventsPerSecond(program("fold", { from: file, to } satisfies FoldOptions)));
      await rm(to);
      plinth.push(await eventsPerSecond(rebuildOf(file)));
    }
  });
  return {
    name: "rebuild",
    what:
      `\`plinth rebuild\` of the view over ${EVENTS.toLocaleString("en")} events of ${ACCOUNTS.toLocaleString("en")} ` +
      "accounts, compared with the old build and switched, against a loop that reads, parses and folds them by the " +
      "same functions into a map and writes the rows once. Each from the start of its process to its end.",
    figures: [
      { name: "bare loop", unit: "ev/s", values: bare },
      { name: "plinth rebuild", unit: "ev/s", values: plinth },
      { name: "ratio to the bare loop", unit: "", values: plinth.map((rate, round) => rate / bare[round]!) },
    ],
    goals: [{ figure: "ratio to the bare loop", atLeast: 0.5 }],
  };
}

function rebuildOf(file: string): string[] {
  return [
    "node",
    "cli/bin.js",
    "rebuild",
    "balances",
    "examples/accounts",
    "--store",
    `sqlite:${file}`,
    "--json",
  ];
}

async function eventsPerSecond(command: readonly string[]): Promise<number> {
  const began = performance.now();
  await finish(command);
  return EVENTS / ((performance.now() - began) / 1000);
}
