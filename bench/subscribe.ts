import { result, sqliteIn, withFolder } from "./process.ts";
import type { Report, Scale } from "./report.ts";
import type { SubscribeOptions, SubscribeResult } from "./servers/subscribe.ts";

const COMMANDS_PER_SECOND = 10_000;
const ACCOUNTS = 1000;

/** From the answer to a command until a reader gets what it made of the view. */
export async function subscribe({ rounds, seconds }: Scale): Promise<Report> {
  const found: SubscribeResult[] = [];
  for (let round = 0; round < rounds; round++)
    found.push(await withFolder((folder) => measure(sqliteIn(folder), seconds)));
  return {
    name: "subscribe",
    what:
      `${COMMANDS_PER_SECOND.toLocaleString("en")} deposits a second without HTTP, sent when due, ${ACCOUNTS} accounts; ` +
      "from the answer to each until its row is read at the position of the answer.",
    figures: [
      {
        name: "commands, each with its read",
        unit: "cmd/s",
        values: found.map(({ perSecond }) => perSecond),
      },
      { name: "commit to view, p50", unit: "ms", values: found.map(({ p50 }) => p50) },
      { name: "commit to view, p99", unit: "ms", values: found.map(({ p99 }) => p99) },
      { name: "errors", unit: "", values: found.map(({ errors }) => errors) },
    ],
    goals: [
      { figure: "commands, each with its read", atLeast: 0.95 * COMMANDS_PER_SECOND },
      { figure: "commit to view, p99", atMost: 50 },
      { figure: "errors", atMost: 0 },
    ],
  };
}

function measure(store: string, seconds: number): Promise<SubscribeResult> {
  const options: SubscribeOptions = { store, seconds, perSecond: COMMANDS_PER_SECOND, accounts: ACCOUNTS };
  return result("subscribe", options);
}
