import { withFolder } from "./http.ts";
import { run } from "./load.ts";
import { startServer, stopServer } from "./process.ts";
import { type Figure, machine, publish } from "./report.ts";

/**
 * What the HTTP face is built on: bare node:http, with find-my-way, Fastify, and all of @plinth/rest, each answering
 * the same POST from memory. `node bench/http-servers.ts [rounds] [seconds]`
 */
const SERVERS = {
  "bare node:http": "bare",
  "with find-my-way": "findMyWay",
  fastify: "fastify",
  "@plinth/rest": "rest",
};
const CONNECTIONS = 256;
const [rounds = 5, seconds = 4] = process.argv.slice(2).map(Number);
const paths = Array.from({ length: 1000 }, (_, index) => `/accounts/a${index}/deposit`);
const body = JSON.stringify({ amount: 5, note: "lunch" });

async function measure(file: string): Promise<number> {
  const server = await startServer([`bench/servers/${file}.ts`], "/");
  try {
    return await withFolder(async (folder) => {
      const load = { url: server.url, paths, body, connections: CONNECTIONS, folder };
      await run({ ...load, seconds: 1 });
      const { requestsPerSecond, errors } = await run({ ...load, seconds });
      if (errors > 0) throw new Error(`${file} failed ${errors} times.`);
      return requestsPerSecond;
    });
  } finally {
    await stopServer(server);
  }
}

const rates = new Map<string, number[]>(Object.keys(SERVERS).map((name) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const [name, file] of Object.entries(SERVERS)) rates.get(name)!.push(await measure(file));

const bare = rates.get("bare node:http")!;
const figures = [...rates].flatMap(([name, values]): Figure[] => [
  { name, unit: "req/s", values },
  ...(values === bare
    ? []
    : [{ name: `${name}, of bare`, unit: "", values: values.map((rate, at) => rate / bare[at]!) }]),
]);
console.log(machine());
await publish({
  name: "http-servers",
  what: `POST of a JSON body, ${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s in turn, nothing kept.`,
  figures,
  goals: [],
});
