import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { withDatabase, withPostgres } from "./database.ts";
import { deposits } from "./http.ts";
import { processorMs, serve, sqliteIn, startServer, stopServer, withFolder } from "./process.ts";
import { type CpuProfile, selfTimes, type ThreadTimes } from "./selfTimes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const INTERVAL_US = 250;
/** Functions that are shown of each thread. */
const TOP = 25;

/** Puts the load of `http` on a server that V8 profiles, all threads of it, and prints where their time goes. */
export async function profileHttp(seconds: number): Promise<void> {
  await withFolder((data) => profile("http", sqliteIn(data), seconds));
}

/** The same on PostgreSQL, whose own time is printed too. */
export async function profilePostgres(seconds: number): Promise<void> {
  await withPostgres((server) =>
    withDatabase(server, async (url) => {
      const before = processorMs(server.pid);
      await profile("postgres", url, seconds);
      const ms = Math.round(processorMs(server.pid) - before);
      console.log(`\nPostgreSQL: busy ${ms} ms in all its processes.`);
    }),
  );
}

async function profile(name: string, store: string, seconds: number): Promise<void> {
  const results = fileURLToPath(new URL("results/", import.meta.url));
  const folder = join(results, `${name}-profile`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // By the environment, for worker threads take their flags from there.
  const flags = `--cpu-prof --cpu-prof-interval=${INTERVAL_US} --cpu-prof-dir=${folder}`;
  const server = await startServer(serve(store), "/health/ready", { NODE_OPTIONS: flags });
  const { requestsPerSecond } = await deposits(server.url, seconds).finally(() => stopServer(server));
  console.log(`${name}: ${Math.round(requestsPerSecond).toLocaleString("en")} req/s while it was profiled.`);
  for (const file of (await readdir(folder)).sort()) {
    const path = join(folder, file);
    const found: CpuProfile = JSON.parse(await readFile(path, "utf8"));
    print(selfTimes(found, root), relative(root, path));
  }
}

function print({ thread, busyMs, idleMs, groups, functions }: ThreadTimes, path: string): void {
  const share = (ms: number) => `${((100 * ms) / busyMs).toFixed(1).padStart(5)} %`;
  console.log(`\n${thread}: busy ${Math.round(busyMs)} ms, idle ${Math.round(idleMs)} ms (${path})`);
  for (const [group, ms] of groups) console.log(`  ${share(ms)}  ${group}`);
  console.log("  its functions, by the time in themselves:");
  for (const { name, where, ms } of functions.slice(0, TOP)) console.log(`  ${share(ms)}  ${name}  ${where}`);
}
