import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serve, withFolder } from "./http.ts";
import { residentBytes, startServer, stopServer } from "./process.ts";
import type { Report } from "./report.ts";

/** How long a server is left alone before its memory is read, in milliseconds. */
const IDLE_MS = 5000;

/** Resident memory of examples/accounts on SQLite after some idle seconds. Linux only: it asks the kernel. */
export async function memory({ rounds }: { rounds: number }): Promise<Report> {
  const idle: number[] = [];
  for (let round = 0; round < rounds; round++)
    await withFolder(async (folder) => {
      const server = await startServer(serve(join(folder, "accounts.db")), "/balances");
      await sleep(IDLE_MS);
      idle.push((await residentBytes(server.process.pid!)) / 2 ** 20);
      await stopServer(server);
    });
  return {
    name: "memory",
    what: `examples/accounts on SQLite, resident memory after ${IDLE_MS / 1000} idle seconds.`,
    figures: [{ name: "idle", unit: "MiB", values: idle }],
    goals: [{ figure: "idle", atMost: 120 }],
  };
}
