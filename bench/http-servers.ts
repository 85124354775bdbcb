import { readFile } from "node:fs/promises";
import { run } from "./load.ts";
import { startServer, stopServer, withFolder } from "./process.ts";
import { machine, publish } from "./publish.ts";
import type { Figure } from "./report.ts";

/**
 * What the HTTP face is built on: bare node:http, with find-my-way, Fastify, and all of @plinth/rest, each answering
 * the same POST from memory. Besides the rate it takes the processor time of a request, which a busy machine does not
 * change. `node bench/http-servers.ts [rounds] [seconds]`
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

/** What one run of one server came to. */
interface Run {
  readonly rate: number;
  /** Processor time of the server per request, in microseconds. */
  readonly cpuUs: number;
}

async function measure(file: string): Promise<Run> {
  const server = await startServer(["node", `bench/servers/${file}.ts`], "/");
  try {
    return await withFolder(async (folder) => {
      const load = { url: server.url, paths, body, connections: CONNECTIONS, folder };
      await run({ ...load, seconds: 1 });
      const before = await processorUs(server.process.pid!);
      const { requestsPerSecond } = await run({ ...load, seconds });
      const used = (await processorUs(server.process.pid!)) - before;
      return { rate: requestsPerSecond, cpuUs: used / (requestsPerSecond * seconds) };
    });
  } finally {
    await stopServer(server);
  }
}

/** Processor time that a process has used, in microseconds: fields 14 and 15 of its stat, in ticks of 10 ms. */
async function processorUs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const runs = new Map<string, Run[]>(Object.keys(SERVERS).map((name) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const [name, file] of Object.entries(SERVERS)) runs.get(name)!.push(await measure(file));

const bare = runs.get("bare node:http")!;
const figures = [...runs].flatMap(([name, values]): Figure[] => [
  { name, unit: "req/s", values: values.map(({ rate }) => rate) },
  { name: `${name}, processor time`, unit: "µs", values: values.map(({ cpuUs }) => cpuUs) },
  {
    name: `${name}, bare by processor time`,
    unit: "",
    values: values.map(({ cpuUs }, at) => bare[at]!.cpuUs / cpuUs),
  },
]);
console.log(machine());
await publish({
  name: "http-servers",
  what: `POST of a JSON body, ${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s in turn, nothing kept.`,
  figures,
  goals: [],
});
