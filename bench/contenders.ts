import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { body } from "./http.ts";
import { program, type Server, serve, startServer } from "./process.ts";

/** Where a contender keeps what it keeps. */
export interface Place {
  /** The URL of a database of its own. */
  readonly database: string;
  /** A folder of its own, for those with a server of their own. */
  readonly folder: string;
  readonly port: number;
}

/** One who takes deposits over HTTP and keeps them. */
export interface Contender {
  readonly name: string;
  command(place: Place): readonly string[];
  /** Where the balance of an account is read. */
  balancePath(account: string): string;
  /** How many times as fast Plinth is to be; null where nothing was set. */
  readonly goal: number | null;
}

/** Longest time until a contender takes its first deposit, in milliseconds. */
const READY_MS = 60_000;

const folderOfPeers = new URL("peers/", import.meta.url);

/** The program of a peer, in a folder of its name. */
function peer(name: string, goal: number, file = `${name}/server.js`): Contender {
  const path = fileURLToPath(new URL(file, folderOfPeers));
  return { name: titleOf(name), goal, command: () => ["node", path], balancePath: (id) => `/accounts/${id}` };
}

const TITLES: Readonly<Record<string, readonly [title: string, dependency: string]>> = {
  emmett: ["Emmett", "@event-driven-io/emmett-postgresql"],
  dbos: ["DBOS Transact", "@dbos-inc/dbos-sdk"],
  restate: ["Restate", "@restatedev/restate-server"],
  nestjs: ["NestJS, CQRS, TypeORM", "@nestjs/core"],
};

function titleOf(name: string): string {
  const [title, dependency] = TITLES[name]!;
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", folderOfPeers), "utf8"));
  return `${title} ${dependencies[dependency]}`;
}

/** Plinth, whom all others are compared with. */
export const plinth: Contender = {
  name: "plinth",
  goal: null,
  command: ({ database }) => serve(database),
  balancePath: (id) => `/accounts/${id}`,
};

/** Those that need nothing but what the project has. */
export const byHand: Contender = {
  name: "Fastify and pg by hand",
  goal: 6,
  command: ({ database }) => program("handWrittenPostgres", { url: database }),
  balancePath: (id) => `/accounts/${id}`,
};

/** Those whose packages are in bench/peers. */
export const peers: readonly Contender[] = [
  peer("emmett", 10),
  peer("dbos", 10),
  { ...peer("restate", 12), balancePath: (id) => `/accounts/${id}/balance` },
  peer("nestjs", 10, "nestjs/dist/server.js"),
];

/** Why a peer cannot be had here, in a sentence; null where it can. */
export function missing({ name }: Contender): string | null {
  if (!name.startsWith("Restate")) return null;
  const server = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  try {
    const path = createRequire(folderOfPeers).resolve(`${server}/bin/restate-server`);
    return existsSync(path) ? null : `${path} is not there.`;
  } catch {
    return `npm has no server of Restate for ${process.platform} on ${process.arch}.`;
  }
}

/** Starts a contender; resolves once it has taken its first deposit. */
export async function startContender(contender: Contender, place: Place): Promise<Server> {
  const variables = { DATABASE_URL: place.database, FOLDER: place.folder };
  const server = await startServer(contender.command(place), "/", variables, place.port);
  const until = performance.now() + READY_MS;
  while (!(await deposit(server.url, "ready"))) {
    if (performance.now() > until) throw new Error(`${contender.name} takes no deposits.`);
    await sleep(50);
  }
  return server;
}

/** Whether a deposit into an account was acknowledged. */
export async function deposit(url: string, account: string, key: string = randomUUID()): Promise<boolean> {
  try {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const answer = await fetch(`${url}/accounts/${account}/deposit`, { method: "POST", headers, body });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** What an account holds. */
export async function balanceOf(contender: Contender, url: string, account: string): Promise<number> {
  const answer = await fetch(url + contender.balancePath(account));
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${contender.name} says of the balance: ${answer.status} ${text}`);
  const found = JSON.parse(text);
  return (found.state ?? found).balance;
}
