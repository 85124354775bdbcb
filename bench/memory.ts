import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serve, withFolder } from "./http.ts";
import { residentBytes, type Server, startServer, stopServer } from "./process.ts";
import type { Report } from "./report.ts";

/** How long a server is left alone before its memory is read, in milliseconds. */
const IDLE_MS = 5000;

/** Resident memory of examples/accounts on SQLite after some idle seconds. Linux only: it asks the kernel. */
export async function memory({ rounds }: { rounds: number }): Promise<Report> {
  const started: number[] = [];
  const used: number[] = [];
  for (let round = 0; round < rounds; round++)
    await withFolder(async (folder) => {
      const server = await startServer(serve(join(folder, "accounts.db")), "/health/ready");
      started.push(await idleMebibytes(server));
      await (await fetch(`${server.url}/balances`)).arrayBuffer();
      used.push(await idleMebibytes(server));
      await stopServer(server);
    });
  return {
    name: "memory",
    what: `examples/accounts on SQLite, resident memory after ${IDLE_MS / 1000} idle seconds.`,
    figures: [
      { name: "idle since the start", unit: "MiB", values: started },
      { name: "idle after a first list", unit: "MiB", values: used },
    ],
    goals: [
      { figure: "idle since the start", atMost: 120 },
      { figure: "idle after a first list", atMost: 120 },
    ],
  };
}

async function idleMebibytes({ process }: Server): Promise<number> {
  await sleep(IDLE_MS);
  return (await residentBytes(process.pid!)) / 2 ** 20;
}
