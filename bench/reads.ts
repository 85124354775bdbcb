import { writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { withServer } from "./http.ts";
import { type LoadResult, run } from "./load.ts";
import { program, serve, sqliteIn, withFolder } from "./process.ts";
import type { Figure, Report, Scale } from "./report.ts";
import type { Recorded, ReplayOptions } from "./servers/replay.ts";

const ACCOUNTS = 1000;
const CONNECTIONS = 256;
const WARM_UP_S = 1;
const ids = Array.from({ length: ACCOUNTS }, (_, index) => `a${index}`);

/** What is read: each kind in full, and again with the entity tag that came with it. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "an entity": ids.map((id) => `/accounts/${id}`),
  "a row": ids.map((id) => `/balances/${id}`),
  "a page of a view": ["/balances?sort=-balance"],
};

/** One kind of read, measured on both sides in turn. */
interface Pair {
  readonly what: string;
  readonly bare: LoadResult[];
  readonly plinth: LoadResult[];
}

/** Reads of examples/accounts on SQLite against bare node:http that answers the same bytes and headers, in turn. */
export async function reads({ rounds, seconds }: Scale): Promise<Report> {
  const pairs = await withFolder((folder) =>
    withServer(serve(sqliteIn(folder)), async (plinth) => {
      await fill(plinth);
      const options: ReplayOptions = { file: join(folder, "answers.json") };
      await writeFile(options.file, JSON.stringify(await record(plinth)));
      return withServer(program("replay", options), (bare) => measureAll(bare, plinth, rounds, seconds));
    }),
  );
  return {
    name: "reads",
    what:
      `GET, ${CONNECTIONS} connections, ${ACCOUNTS} accounts, 50 rows a page, nothing written meanwhile, against bare ` +
      "node:http that answers the same bytes and headers from memory.",
    figures: [...pairs.flatMap(figures), errors(pairs)],
    goals: [
      ...pairs.map(({ what }) => ({ figure: `${what}, ratio`, atLeast: 0.85 })),
      { figure: "errors", atMost: 0 },
    ],
  };
}

/** An account each, with a balance of its own. */
async function fill(url: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const deposit = async (id: string, amount: number) => {
    const body = JSON.stringify({ amount, note: "lunch" });
    const response = await fetch(`${url}/accounts/${id}/deposit`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`A deposit was answered ${response.status}.`);
    await response.arrayBuffer();
    return Number(response.headers.get("plinth-position"));
  };
  let position = 0;
  for (const [index, id] of ids.entries()) position = await deposit(id, index + 1);
  const last = { "plinth-at-least": String(position) };
  await (await fetch(`${url}/balances?limit=1`, { headers: last })).arrayBuffer();
}

/** What Plinth answers to each path. */
async function record(url: string): Promise<Record<string, Recorded>> {
  const found: Record<string, Recorded> = {};
  for (const path of Object.values(KINDS).flat()) found[path] = await answer(url + path);
  return found;
}

/** As it comes over the wire, but for what node:http adds by itself. */
function answer(url: string): Promise<Recorded> {
  return new Promise((resolve, reject) => {
    get(url, async (response) => {
      const { rawHeaders } = response;
      const own = new Set(["date", "connection", "keep-alive"]);
      const headers = rawHeaders.filter((_, at) => !own.has(rawHeaders[at - (at % 2)]!.toLowerCase()));
      resolve({ headers, body: await text(response) });
    }).on("error", reject);
  });
}

async function measureAll(bare: string, plinth: string, rounds: number, seconds: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const [kind, paths] of Object.entries(KINDS)) {
    const { headers } = await fetch(plinth + paths[0]);
    await measureBoth(kind, paths, {});
    const tag = headers.get("etag");
    if (tag !== null)
      await measureBoth(`${kind}, If-None-Match`, paths.slice(0, 1), { "If-None-Match": tag });
  }
  return pairs;

  async function measureBoth(what: string, paths: readonly string[], headers: Record<string, string>) {
    const pair: Pair = { what, bare: [], plinth: [] };
    for (let round = 0; round < rounds; round++)
      for (const side of ["bare", "plinth"] as const) {
        const load = { url: { bare, plinth }[side], paths, body: null, headers, connections: CONNECTIONS };
        await run({ ...load, seconds: WARM_UP_S });
        pair[side].push(await run({ ...load, seconds }));
      }
    pairs.push(pair);
  }
}

function figures({ what, bare, plinth }: Pair): Figure[] {
  const rates = (results: LoadResult[]) => results.map(({ requestsPerSecond }) => requestsPerSecond);
  const [bareRates, rate] = [rates(bare), rates(plinth)];
  return [
    { name: `${what}, bare`, unit: "req/s", values: bareRates },
    { name: `${what}, plinth`, unit: "req/s", values: rate },
    { name: `${what}, ratio`, unit: "", values: rate.map((value, round) => value / bareRates[round]!) },
  ];
}

function errors(pairs: readonly Pair[]): Figure {
  const values = pairs.map(({ plinth }) => plinth.reduce((sum, { errors }) => sum + errors, 0));
  return { name: "errors", unit: "", values: [values.reduce((sum, value) => sum + value, 0)] };
}
