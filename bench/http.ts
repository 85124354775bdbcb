import { join } from "node:path";
import { type LoadResult, run } from "./load.ts";
import {
  program,
  result,
  type Server,
  serve,
  sqliteIn,
  startServer,
  stopServer,
  withFolder,
} from "./process.ts";
import type { Report, Scale } from "./report.ts";
import type { OpenLoopOptions, OpenLoopResult } from "./servers/openLoop.ts";

const ACCOUNTS = 1000;
/** All that are open at once. */
export const CONNECTIONS = 256;
const WARM_UP_S = 3;
/** What a deposit sends. */
export const body = JSON.stringify({ amount: 5, note: "lunch" });
/** Where deposits go, in turn. */
export const paths = Array.from({ length: ACCOUNTS }, (_, index) => `/accounts/a${index}/deposit`);

/** How the load differs from the usual one. */
interface DepositOptions {
  /** Paths, taken in turn. */
  readonly to?: readonly string[];
  /** How long a connection pauses on average before each request. */
  readonly pauseMs?: number;
  readonly connections?: number;
  /** Called once all is warm. */
  readonly onWarm?: () => void;
}

/** What one round has found. */
interface Round {
  readonly bare: LoadResult;
  readonly handWritten: LoadResult;
  readonly plinth: LoadResult;
  /** At half of what Plinth has done, from the same generator: its connections pause between requests. */
  readonly half: LoadResult;
  /** As much, sent when due whatever becomes of those before, by a generator that itself takes half a core. */
  readonly dueBare: OpenLoopResult;
  readonly duePlinth: OpenLoopResult;
}

/** Deposits of examples/accounts on SQLite against bare node:http and against the same written by hand, in turn. */
export async function http({ rounds, seconds }: Scale): Promise<Report> {
  const found: Round[] = [];
  for (let count = 0; count < rounds; count++) found.push(await round(seconds));
  const of = (value: (round: Round) => number) => found.map(value);
  return {
    name: "http",
    what:
      `POST deposit, ${CONNECTIONS} connections, ${ACCOUNTS} accounts, a random idempotency key and a trace each; ` +
      "state stored, a view kept. Half load: the connections pause. Sent when due: an open loop, latency from then on.",
    figures: [
      { name: "bare node:http", unit: "req/s", values: of(({ bare }) => bare.requestsPerSecond) },
      {
        name: "Fastify and node:sqlite by hand",
        unit: "req/s",
        values: of(({ handWritten }) => handWritten.requestsPerSecond),
      },
      {
        name: "plinth, durable on SQLite",
        unit: "req/s",
        values: of(({ plinth }) => plinth.requestsPerSecond),
      },
      { name: "ratio to bare node:http", unit: "", values: of((one) => ratio(one.plinth, one.bare)) },
      { name: "ratio to the one by hand", unit: "", values: of((one) => ratio(one.plinth, one.handWritten)) },
      { name: "full load, p50", unit: "ms", values: of(({ plinth }) => plinth.p50) },
      { name: "full load, p99", unit: "ms", values: of(({ plinth }) => plinth.p99) },
      { name: "half load", unit: "req/s", values: of(({ half }) => half.requestsPerSecond) },
      { name: "half load, p50", unit: "ms", values: of(({ half }) => half.p50) },
      { name: "half load, p99", unit: "ms", values: of(({ half }) => half.p99) },
      { name: "as much, sent when due, p50", unit: "ms", values: of(({ duePlinth }) => duePlinth.p50) },
      { name: "as much, sent when due, p99", unit: "ms", values: of(({ duePlinth }) => duePlinth.p99) },
      { name: "the same on bare node:http, p99", unit: "ms", values: of(({ dueBare }) => dueBare.p99) },
      { name: "errors", unit: "", values: of(({ plinth, half, duePlinth }) => sum(plinth, half, duePlinth)) },
      {
        name: "errors of the others",
        unit: "",
        values: of(({ bare, handWritten, dueBare }) => sum(bare, handWritten, dueBare)),
      },
    ],
    goals: [
      { figure: "ratio to bare node:http", atLeast: 0.6 },
      { figure: "ratio to the one by hand", atLeast: 8 },
      { figure: "half load, p99", atMost: 10 },
      { figure: "errors", atMost: 0 },
    ],
  };
}

async function round(seconds: number): Promise<Round> {
  const bareServer = program("bare");
  const bare = await closedLoop(bareServer, seconds);
  const handWritten = await withFolder((folder) =>
    closedLoop(program("handWritten", { file: join(folder, "accounts.db") }), seconds),
  );
  return withFolder(async (folder) => {
    const plinthServer = serve(sqliteIn(folder));
    const plinth = await closedLoop(plinthServer, seconds);
    const perSecond = plinth.requestsPerSecond / 2;
    const half = await closedLoop(plinthServer, seconds, (1000 * CONNECTIONS) / perSecond);
    const dueBare = await openLoop(bareServer, seconds, perSecond);
    const duePlinth = await openLoop(plinthServer, seconds, perSecond);
    return { bare, handWritten, plinth, half, dueBare, duePlinth };
  });
}

function ratio(one: LoadResult, other: LoadResult): number {
  return one.requestsPerSecond / other.requestsPerSecond;
}

function sum(...results: readonly { errors: number }[]): number {
  return results.reduce((total, { errors }) => total + errors, 0);
}

/** As many requests as 256 connections bring, each waiting for its answer, and pausing then. */
function closedLoop(server: readonly string[], seconds: number, pauseMs = 0): Promise<LoadResult> {
  return withServer(server, (url) => deposits(url, seconds, { pauseMs }));
}

/** The load of this benchmark, after a warm-up without pauses. */
export async function deposits(
  url: string,
  seconds: number,
  { to = paths, pauseMs = 0, connections = CONNECTIONS, onWarm = () => {} }: DepositOptions = {},
): Promise<LoadResult> {
  const load = { url, paths: to, body, connections };
  await run({ ...load, seconds: WARM_UP_S });
  onWarm();
  return run({ ...load, seconds, pauseMs });
}

function openLoop(server: readonly string[], seconds: number, perSecond: number): Promise<OpenLoopResult> {
  return withServer(server, (url) => {
    const load: OpenLoopOptions = { url, paths, body, perSecond, seconds, connections: CONNECTIONS };
    return result("openLoop", load);
  });
}

/** Runs a server for as long as it is measured. */
export async function withServer<Result>(
  command: readonly string[],
  measure: (url: string, server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await startServer(command, "/health/ready");
  try {
    return await measure(server.url, server);
  } finally {
    await stopServer(server);
  }
}
