import { join } from "node:path";
import { program, serve, sqliteIn, startServer, stopServer, withFolder } from "./process.ts";
import type { Report, Scale } from "./report.ts";

/** From the start of the process to the first answer of examples/accounts, on a new database and on one that exists. */
export async function start({ rounds }: Scale): Promise<Report> {
  const byHand: number[] = [];
  const fresh: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < rounds * 2; round++)
    await withFolder(async (folder) => {
      byHand.push(await startMs(program("handWritten", { file: join(folder, "by-hand.db") })));
      for (const times of [fresh, again]) times.push(await startMs(serve(sqliteIn(folder))));
    });
  return {
    name: "start",
    what: "examples/accounts on SQLite, from the start of the process to the first answer.",
    figures: [
      { name: "Fastify and node:sqlite by hand", unit: "ms", values: byHand },
      { name: "new database", unit: "ms", values: fresh },
      { name: "existing database", unit: "ms", values: again },
    ],
    goals: [
      { figure: "new database", atMost: 500 },
      { figure: "existing database", atMost: 500 },
    ],
  };
}

async function startMs(command: readonly string[]): Promise<number> {
  const server = await startServer(command, "/balances");
  await stopServer(server);
  return server.startMs;
}
