import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withServer } from "./http.ts";
import { program, residentBytes, type Server, serve, sqliteIn, withFolder } from "./process.ts";
import type { Report, Scale } from "./report.ts";

/** How long a server is left alone before its memory is read, in milliseconds. */
const IDLE_MS = 5000;

/** Resident memory of examples/accounts on SQLite after some idle seconds. Linux only: it asks the kernel. */
export async function memory({ rounds }: Scale): Promise<Report> {
  const byHand: number[] = [];
  const started: number[] = [];
  const used: number[] = [];
  for (let round = 0; round < rounds; round++)
    await withFolder(async (folder) => {
      await withServer(program("handWritten", { file: join(folder, "by-hand.db") }), async (_url, server) => {
        byHand.push(await idleMebibytes(server));
      });
      await withServer(serve(sqliteIn(folder)), async (url, server) => {
        started.push(await idleMebibytes(server));
        await (await fetch(`${url}/balances`)).arrayBuffer();
        used.push(await idleMebibytes(server));
      });
    });
  return {
    name: "memory",
    what: `examples/accounts on SQLite, resident memory after ${IDLE_MS / 1000} idle seconds.`,
    figures: [
      { name: "Fastify and node:sqlite by hand", unit: "MiB", values: byHand },
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
