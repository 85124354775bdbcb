import type { PostgresServer } from "../servers/postgres.ts";
import { withDatabase, withPostgres } from "./database.ts";
import { CONNECTIONS, deposits, paths, withServer } from "./http.ts";
import type { LoadResult } from "./load.ts";
import { program, result, serve } from "./process.ts";
import type { Report, Scale } from "./report.ts";
import type { Roles } from "./servers/accounts.ts";
import type { EngineOptions, EngineResult } from "./servers/engine.ts";
import type { SubscribeOptions, SubscribeResult } from "./servers/subscribe.ts";

const NODES = 3;
const ACCOUNTS = 1000;
/** Commands under way in the engine; the second fills batches to the brim. */
const IN_FLIGHT = [256, 2000] as const;
/** How many commands a second are to be seen on another node. */
const SEEN_PER_SECOND = 5000;

const API: Roles = { api: true, worker: false };
const BOTH: Roles = { api: true, worker: true };

/** Commands a second of one process, and of three at once. */
interface Rates {
  readonly one: number;
  readonly three: number;
}

/** What one round has found. */
interface Round {
  readonly handWritten: LoadResult;
  readonly plinth: LoadResult;
  readonly half: LoadResult;
  /** Of each node, all at once. */
  readonly nodes: readonly LoadResult[];
  readonly engine: readonly Rates[];
  /** The view is kept by the node that reads. */
  readonly keptThere: SubscribeResult;
  /** The view is kept by the node that writes, and read on another. */
  readonly keptHere: SubscribeResult;
}

/** examples/accounts on PostgreSQL: one node and three, with HTTP and without, against the same by hand, in turn. */
export async function postgres({ rounds, seconds }: Scale): Promise<Report> {
  const found: Round[] = [];
  await withPostgres(async (server) => {
    for (let count = 0; count < rounds; count++) found.push(await round(server, seconds));
  });
  return {
    name: "postgres",
    what:
      `deposits of examples/accounts on PostgreSQL, ${CONNECTIONS} connections in all, ${ACCOUNTS} accounts, a random ` +
      "idempotency key and a trace each; one process, and three at once. Half load: the connections pause. " +
      `In the engine as many under way in all, into any account. Seen elsewhere: ${SEEN_PER_SECOND.toLocaleString("en")} deposits a second, ` +
      "sent when due, from the answer until another process has read the row at its position and said so.",
    figures: [...httpFigures(found), ...engineFigures(found), ...viewFigures(found)],
    goals: [
      { figure: "ratio to the one by hand", atLeast: 6 },
      { figure: "half load, p99", atMost: 15 },
      ...IN_FLIGHT.flatMap((inFlight) => [
        { figure: `engine, ${inFlight} under way`, atLeast: 40_000 },
        { figure: `engine, ${inFlight} under way, three to one`, atLeast: 0.9 },
      ]),
      { figure: "seen elsewhere, kept there", atLeast: 0.95 * SEEN_PER_SECOND },
      { figure: "seen elsewhere, kept there, p99", atMost: 100 },
      { figure: "seen elsewhere, kept by the writer, p99", atMost: 100 },
      { figure: "errors", atMost: 0 },
    ],
  };
}

function httpFigures(found: readonly Round[]) {
  const of = (value: (round: Round) => number) => found.map(value);
  const rate = (value: (round: Round) => LoadResult) => of((one) => value(one).requestsPerSecond);
  return [
    { name: "Fastify and pg by hand", unit: "req/s", values: rate(({ handWritten }) => handWritten) },
    { name: "plinth, one node", unit: "req/s", values: rate(({ plinth }) => plinth) },
    {
      name: "ratio to the one by hand",
      unit: "",
      values: of((one) => one.plinth.requestsPerSecond / one.handWritten.requestsPerSecond),
    },
    { name: "full load, p50", unit: "ms", values: of(({ plinth }) => plinth.p50) },
    { name: "full load, p99", unit: "ms", values: of(({ plinth }) => plinth.p99) },
    { name: "half load", unit: "req/s", values: rate(({ half }) => half) },
    { name: "half load, p50", unit: "ms", values: of(({ half }) => half.p50) },
    { name: "half load, p99", unit: "ms", values: of(({ half }) => half.p99) },
    { name: "plinth, three nodes", unit: "req/s", values: of(({ nodes }) => perSecondOf(nodes)) },
    {
      name: "three nodes to one",
      unit: "",
      values: of(({ nodes, plinth }) => perSecondOf(nodes) / plinth.requestsPerSecond),
    },
    { name: "three nodes, worst p99", unit: "ms", values: of(({ nodes }) => worstP99(nodes)) },
  ];
}

function engineFigures(found: readonly Round[]) {
  return IN_FLIGHT.flatMap((inFlight, at) => {
    const rates = found.map(({ engine }) => engine[at]!);
    const name = `engine, ${inFlight} under way`;
    return [
      { name, unit: "cmd/s", values: rates.map(({ one }) => one) },
      { name: `${name}, three processes`, unit: "cmd/s", values: rates.map(({ three }) => three) },
      { name: `${name}, three to one`, unit: "", values: rates.map(({ one, three }) => three / one) },
    ];
  });
}

function viewFigures(found: readonly Round[]) {
  const of = (value: (round: Round) => number) => found.map(value);
  return [
    { name: "seen elsewhere, kept there", unit: "cmd/s", values: of(({ keptThere }) => keptThere.perSecond) },
    { name: "seen elsewhere, kept there, p50", unit: "ms", values: of(({ keptThere }) => keptThere.p50) },
    { name: "seen elsewhere, kept there, p99", unit: "ms", values: of(({ keptThere }) => keptThere.p99) },
    {
      name: "seen elsewhere, kept by the writer, p50",
      unit: "ms",
      values: of(({ keptHere }) => keptHere.p50),
    },
    {
      name: "seen elsewhere, kept by the writer, p99",
      unit: "ms",
      values: of(({ keptHere }) => keptHere.p99),
    },
    { name: "errors", unit: "", values: of(errorsOf) },
    { name: "errors of the one by hand", unit: "", values: of(({ handWritten }) => handWritten.errors) },
  ];
}

async function round(server: PostgresServer, seconds: number): Promise<Round> {
  const on = <Result>(measure: (url: string) => Promise<Result>) => withDatabase(server, measure);
  const handWritten = await on((url) =>
    withServer(program("handWrittenPostgres", { url }), (at) => deposits(at, seconds)),
  );
  const [plinth, half] = await on((url) => oneNode(url, seconds));
  const nodes = await on((url) => threeNodes(url, seconds));
  const engine: Rates[] = [];
  for (const inFlight of IN_FLIGHT)
    engine.push({
      one: await on((url) => commands(url, seconds, 1, inFlight)),
      three: await on((url) => commands(url, seconds, NODES, inFlight)),
    });
  const keptThere = await on((url) => seen(url, seconds, { writer: API, reader: BOTH }));
  const keptHere = await on((url) => seen(url, seconds, { writer: BOTH, reader: API }));
  return { handWritten, plinth, half, nodes, engine, keptThere, keptHere };
}

/** At full load, and at half of what came of it. */
async function oneNode(store: string, seconds: number): Promise<[LoadResult, LoadResult]> {
  const full = await withServer(serve(store), (url) => deposits(url, seconds));
  const pauseMs = (1000 * CONNECTIONS) / (full.requestsPerSecond / 2);
  return [full, await withServer(serve(store), (url) => deposits(url, seconds, { pauseMs }))];
}

/** A generator for each node, with its part of the connections; each begins at another account. */
async function threeNodes(store: string, seconds: number): Promise<LoadResult[]> {
  const connections = Math.ceil(CONNECTIONS / NODES);
  const load = (url: string, node: number) => {
    const first = Math.floor((node * paths.length) / NODES);
    return deposits(url, seconds, { to: [...paths.slice(first), ...paths.slice(0, first)], connections });
  };
  return withServers(store, NODES, (urls) => Promise.all(urls.map(load)));
}

async function withServers<Result>(
  store: string,
  count: number,
  measure: (urls: readonly string[]) => Promise<Result>,
  started: readonly string[] = [],
): Promise<Result> {
  if (started.length === count) return measure(started);
  return withServer(serve(store), (url) => withServers(store, count, measure, [...started, url]));
}

/** Of so many processes at once, with so many commands under way in all. */
async function commands(
  store: string,
  seconds: number,
  processes: number,
  inFlight: number,
): Promise<number> {
  const options: EngineOptions = {
    store,
    seconds,
    inFlight: Math.ceil(inFlight / processes),
    accounts: ACCOUNTS,
    inTurn: false,
  };
  const one = () => result<EngineResult>("engine", options);
  const found = await Promise.all(Array.from({ length: processes }, one));
  return found.reduce((total, { perSecond }) => total + perSecond, 0);
}

function seen(
  store: string,
  seconds: number,
  nodes: NonNullable<SubscribeOptions["nodes"]>,
): Promise<SubscribeResult> {
  const options: SubscribeOptions = {
    store,
    nodes,
    seconds,
    perSecond: SEEN_PER_SECOND,
    accounts: ACCOUNTS,
  };
  return result("subscribe", options);
}

function perSecondOf(nodes: readonly LoadResult[]): number {
  return nodes.reduce((total, { requestsPerSecond }) => total + requestsPerSecond, 0);
}

function worstP99(nodes: readonly LoadResult[]): number {
  return Math.max(...nodes.map(({ p99 }) => p99));
}

function errorsOf({ plinth, half, nodes, keptThere, keptHere }: Round): number {
  return [plinth, half, ...nodes, keptThere, keptHere].reduce((total, { errors }) => total + errors, 0);
}
