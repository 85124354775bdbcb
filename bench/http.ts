import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadResult, run } from "./load.ts";
import { startServer, stopServer } from "./process.ts";
import type { Report } from "./report.ts";

const ACCOUNTS = 1000;
const CONNECTIONS = 256;
const body = JSON.stringify({ amount: 5, note: "lunch" });
const paths = Array.from({ length: ACCOUNTS }, (_, index) => `/accounts/a${index}/deposit`);

/** Deposits of examples/accounts on SQLite against bare node:http with the same body, in turn. */
export async function http({ rounds, seconds }: { rounds: number; seconds: number }): Promise<Report> {
  const bare: LoadResult[] = [];
  const plinth: LoadResult[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await measure(["node", "bench/servers/bare.ts"], seconds));
    plinth.push(await withFolder((folder) => measure(serve(join(folder, "accounts.db")), seconds)));
  }
  const rate = ({ requestsPerSecond }: LoadResult) => requestsPerSecond;
  return {
    name: "http",
    what: `POST deposit, ${CONNECTIONS} connections, ${ACCOUNTS} accounts, a new idempotency key each; state stored, a view kept.`,
    figures: [
      { name: "bare node:http", unit: "req/s", values: bare.map(rate) },
      { name: "plinth, durable on SQLite", unit: "req/s", values: plinth.map(rate) },
      { name: "ratio", unit: "", values: plinth.map((result, round) => rate(result) / rate(bare[round]!)) },
      { name: "plinth p50", unit: "ms", values: plinth.map(({ p50 }) => p50) },
      { name: "plinth p99", unit: "ms", values: plinth.map(({ p99 }) => p99) },
      { name: "errors", unit: "", values: plinth.map(({ errors }) => errors) },
    ],
    goals: [
      { figure: "ratio", atLeast: 0.4 },
      { figure: "errors", atMost: 0 },
    ],
  };
}

/** How examples/accounts is served from a database file. */
export function serve(file: string): string[] {
  return [
    "node_modules/.bin/plinth",
    "serve",
    "examples/accounts",
    "--port",
    "{port}",
    "--store",
    `sqlite:${file}`,
  ];
}

/** A folder that is gone afterwards. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(args: readonly string[], seconds: number): Promise<LoadResult> {
  const server = await startServer(args, "/health/ready");
  try {
    return await withFolder(async (folder) => {
      const load = { url: server.url, paths, body, connections: CONNECTIONS, folder };
      await run({ ...load, seconds: 3 });
      return run({ ...load, seconds });
    });
  } finally {
    await stopServer(server);
  }
}
