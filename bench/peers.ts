import type { PostgresServer } from "../servers/postgres.ts";
import { byHand, type Contender, missing, peers as others, plinth, startContender } from "./contenders.ts";
import { withDatabase, withPostgres } from "./database.ts";
import { type Durability, durability } from "./durability.ts";
import { CONNECTIONS, deposits } from "./http.ts";
import type { LoadResult } from "./load.ts";
import { obtainPeers } from "./peerPackages.ts";
import { nextPort, processorMs, stopServer, withFolder } from "./process.ts";
import type { Report, Scale } from "./report.ts";
import { spread } from "./statistics.ts";
import { format, lines } from "./table.ts";

/** What came back, and the processor time of each good answer in microseconds: others who use the machine matter less to it. */
interface Found extends LoadResult {
  readonly serviceUs: number;
  readonly databaseUs: number;
}

/** One who is measured, with what came of it. */
interface Entry {
  readonly contender: Contender;
  readonly durability: Durability;
  readonly found: Found[];
}

/** Deposits over HTTP on Plinth and on what others build such services with, in turn, on one PostgreSQL. */
export async function peers({ rounds, seconds }: Scale): Promise<Report> {
  const reason = obtainPeers();
  if (reason) console.log(`\nOnly the service by hand is compared: ${reason}`);
  const entries = await withPostgres(async (server) => {
    let left = await thoseThatLast([plinth, byHand, ...(reason ? [] : others.filter(isHere))], server);
    for (let round = 0; round < rounds; round++) left = await measureAll(left, server, seconds);
    return left;
  });
  const own = entries.find(({ contender }) => contender === plinth);
  if (!own) throw new Error("Plinth itself could not be measured.");
  const compared = entries.filter((entry) => entry !== own);
  console.log(`\n${tableOf(own, compared)}`);
  return reportOf(own, compared);
}

function isHere(contender: Contender): boolean {
  const reason = missing(contender);
  if (reason) console.log(`\n${contender.name} is left out: ${reason}`);
  return reason === null;
}

/** Those that keep what they acknowledge. What cannot be measured does not keep the others from it. */
async function thoseThatLast(all: readonly Contender[], server: PostgresServer): Promise<Entry[]> {
  const entries: Entry[] = [];
  console.log("Before anything is measured, kill -9 of each and of PostgreSQL under load:");
  for (const contender of all) {
    try {
      const found = await durability(contender, server);
      const lasts = found.lost === 0 && found.invented === 0;
      console.log(`  ${contender.name}: ${wordsOf(found)}${lasts ? "" : " It is left out."}`);
      if (lasts) entries.push({ contender, durability: found, found: [] });
    } catch (error) {
      console.error(`  ${contender.name} is left out:`, error);
    }
  }
  return entries;
}

function wordsOf({ acknowledged, lost, invented, once }: Durability): string {
  const kept =
    lost + invented === 0 ? "all there afterwards" : `${lost} lost and ${invented} too many afterwards`;
  const repeated = once ? "deposits once" : "deposits twice";
  return `${acknowledged.toLocaleString("en")} deposits acknowledged, ${kept}; a repeated key ${repeated}.`;
}

/** In turn, once; those that could be measured. */
async function measureAll(entries: readonly Entry[], server: PostgresServer, seconds: number) {
  const measured: Entry[] = [];
  for (const entry of entries) {
    try {
      entry.found.push(await measure(entry.contender, server, seconds));
      measured.push(entry);
    } catch (error) {
      console.error(`  ${entry.contender.name} is left out:`, error);
    }
  }
  return measured;
}

function measure(contender: Contender, server: PostgresServer, seconds: number): Promise<Found> {
  return withDatabase(server, (database) =>
    withFolder(async (folder) => {
      const running = await startContender(contender, { database, folder, port: nextPort() });
      try {
        const [service, database] = [running.process.pid!, server.pid];
        let before: readonly number[] = [];
        const onWarm = () => {
          before = [processorMs(service), processorMs(database)];
        };
        const found = await deposits(running.url, seconds, { onWarm });
        if (found.requestsPerSecond === 0) throw new Error(`It answered nothing in ${seconds} s.`);
        const each = (ms: number, at: number) =>
          (1000 * (ms - before[at]!)) / (found.requestsPerSecond * seconds);
        const [serviceUs, databaseUs] = [processorMs(service), processorMs(database)].map(each);
        return { ...found, serviceUs: serviceUs!, databaseUs: databaseUs! };
      } finally {
        await stopServer(running);
      }
    }),
  );
}

function ratios(own: Entry, { found }: Entry): number[] {
  return own.found.map(({ requestsPerSecond }, round) => requestsPerSecond / found[round]!.requestsPerSecond);
}

function tableOf(own: Entry, compared: readonly Entry[]): string {
  const head = [
    "",
    "req/s",
    "spread",
    "p50 ms",
    "p99 ms",
    "errors",
    "service µs",
    "PostgreSQL µs",
    "plinth to it",
    "spread",
    "same key",
  ];
  return lines([head, rowOf(own, null), ...compared.map((entry) => rowOf(entry, ratios(own, entry)))]).join(
    "\n",
  );
}

function rowOf({ contender, durability, found }: Entry, ratio: readonly number[] | null): string[] {
  const rate = spread(found.map(({ requestsPerSecond }) => requestsPerSecond));
  const median = (of: (one: Found) => number) => format(spread(found.map(of)).median);
  const ratioSpread = ratio && spread(ratio);
  return [
    contender.name,
    format(rate.median),
    `${format(rate.min)} to ${format(rate.max)}`,
    median(({ p50 }) => p50),
    median(({ p99 }) => p99),
    median(({ errors }) => errors),
    median(({ serviceUs }) => serviceUs),
    median(({ databaseUs }) => databaseUs),
    ratioSpread ? format(ratioSpread.median) : "",
    ratioSpread ? `${format(ratioSpread.min)} to ${format(ratioSpread.max)}` : "",
    durability.once ? "once" : "twice",
  ];
}

function reportOf(own: Entry, compared: readonly Entry[]): Report {
  const all = [own, ...compared];
  return {
    name: "peers",
    what:
      `POST deposit, ${CONNECTIONS} connections, 1000 accounts, a random idempotency key each; each as its own ` +
      "documentation has it, on one PostgreSQL, Restate on its own server.",
    figures: [
      ...all.map(({ contender, found }) => ({
        name: contender.name,
        unit: "req/s",
        values: found.map(({ requestsPerSecond }) => requestsPerSecond),
      })),
      ...compared.map((entry) => ({ name: figureOf(entry), unit: "", values: ratios(own, entry) })),
      ...all.map(({ contender, found }) => ({
        name: `errors, ${contender.name}`,
        unit: "",
        values: found.map(({ errors }) => errors),
      })),
    ],
    goals: [
      ...compared.flatMap((entry) =>
        entry.contender.goal === null ? [] : [{ figure: figureOf(entry), atLeast: entry.contender.goal }],
      ),
      { figure: `errors, ${plinth.name}`, atMost: 0 },
    ],
  };
}

function figureOf({ contender }: Entry): string {
  return `plinth to ${contender.name}`;
}
