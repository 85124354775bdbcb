import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresServer } from "../servers/postgres.ts";
import { isAlive, signalTree } from "../servers/processes.ts";
import { balanceOf, type Contender, deposit, type Place, startContender } from "./contenders.ts";
import { withDatabase } from "./database.ts";
import { body } from "./http.ts";
import { nextPort, type Server, stopServer, withFolder } from "./process.ts";

/** What became of deposits that were acknowledged before everything was killed. */
export interface Durability {
  readonly acknowledged: number;
  /** Of these, those that are not there afterwards. */
  readonly lost: number;
  /** Deposits that are there and that nobody has sent. */
  readonly invented: number;
  /** Whether the same idempotency key, sent twice, has deposited once. */
  readonly once: boolean;
}

const CLIENTS = 16;
const UNDER_LOAD_MS = 1500;
const { amount } = JSON.parse(body);

/**
 * Deposits by several clients, each into an account of its own, ended by `kill -9` of the contender and of PostgreSQL in the
 * midst of it; then both are started again, and each balance holds what was acknowledged, and at most the one deposit that was
 * under way.
 */
export function durability(contender: Contender, server: PostgresServer): Promise<Durability> {
  return withDatabase(server, (database) =>
    withFolder(async (folder) => {
      const place = { database, folder, port: nextPort() };
      const { acknowledged, once } = await depositAndKill(contender, server, place);
      await server.start();
      const restarted = await startContender(contender, place);
      try {
        return { once, ...(await compare(contender, restarted, acknowledged)) };
      } finally {
        await stopServer(restarted);
      }
    }),
  );
}

async function depositAndKill(contender: Contender, server: PostgresServer, place: Place) {
  const running = await startContender(contender, place);
  const once = await countsOnce(contender, running);
  const acknowledged = Array.from({ length: CLIENTS }, () => 0);
  const clients = acknowledged.map(async (_, client) => {
    while (await deposit(running.url, `d${client}`)) acknowledged[client]! += 1;
  });
  await sleep(UNDER_LOAD_MS);
  await Promise.all([killTree(running), server.kill()]);
  await Promise.all(clients);
  if (acknowledged.includes(0)) throw new Error(`${contender.name} has acknowledged nothing to some client.`);
  return { acknowledged, once };
}

async function countsOnce(contender: Contender, { url }: Server): Promise<boolean> {
  for (const key of ["repeated", "repeated"]) await deposit(url, "repeated", key);
  return (await balanceOf(contender, url, "repeated")) === amount;
}

/** With all that it has started. */
async function killTree({ process: child }: Server): Promise<void> {
  const killed = signalTree(child.pid!, "SIGKILL");
  while (killed.some(isAlive)) await sleep(5);
}

async function compare(contender: Contender, { url }: Server, acknowledged: readonly number[]) {
  const found: number[] = [];
  for (const client of acknowledged.keys())
    found.push((await balanceOf(contender, url, `d${client}`)) / amount);
  return judge(acknowledged, found);
}

/** Of deposits acknowledged to each client, and of those that each account holds: one more may have been under way. */
export function judge(acknowledged: readonly number[], found: readonly number[]): Omit<Durability, "once"> {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    acknowledged: sum(acknowledged),
    lost: sum(acknowledged.map((count, client) => Math.max(0, count - found[client]!))),
    invented: sum(acknowledged.map((count, client) => Math.max(0, found[client]! - count - 1))),
  };
}
