import { join } from "node:path";
import { serve, withFolder } from "./http.ts";
import { startServer, stopServer } from "./process.ts";
import type { Report } from "./report.ts";

/** From the start of the process to the first answer of examples/accounts, on a new database and on one that exists. */
export async function start({ rounds }: { rounds: number }): Promise<Report> {
  const fresh: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < rounds * 2; round++)
    await withFolder(async (folder) => {
      for (const times of [fresh, again]) {
        const server = await startServer(serve(join(folder, "accounts.db")), "/balances");
        times.push(server.startMs);
        await stopServer(server);
      }
    });
  return {
    name: "start",
    what: "examples/accounts on SQLite, from the start of the process to the first answer.",
    figures: [
      { name: "new database", unit: "ms", values: fresh },
      { name: "existing database", unit: "ms", values: again },
    ],
    goals: [
      { figure: "new database", atMost: 500 },
      { figure: "existing database", atMost: 500 },
    ],
  };
}
