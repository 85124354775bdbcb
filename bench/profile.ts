import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { deposits } from "./http.ts";
import { serve, sqliteIn, startServer, stopServer, withFolder } from "./process.ts";
import { type CpuProfile, selfTimes, type ThreadTimes } from "./selfTimes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const INTERVAL_US = 250;
/** Functions that are shown of each thread. */
const TOP = 25;

/** Puts the load of `http` on a server that V8 profiles, all threads of it, and prints where their time goes. */
export async function profileHttp(seconds: number): Promise<void> {
  const results = fileURLToPath(new URL("results/", import.meta.url));
  const folder = join(results, "http-profile");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const flags = `--cpu-prof --cpu-prof-interval=${INTERVAL_US} --cpu-prof-dir=${folder}`;
  await withFolder(async (data) => {
    // By the environment, for worker threads take their flags from there.
    const variables = { NODE_OPTIONS: flags };
    const server = await startServer(serve(sqliteIn(data)), "/health/ready", variables);
    const { requestsPerSecond } = await deposits(server.url, seconds).finally(() => stopServer(server));
    console.log(`http: ${Math.round(requestsPerSecond).toLocaleString("en")} req/s while it was profiled.`);
  });
  for (const file of (await readdir(folder)).sort()) {
    const path = join(folder, file);
    const profile: CpuProfile = JSON.parse(await readFile(path, "utf8"));
    print(selfTimes(profile, root), relative(root, path));
  }
}

function print({ thread, busyMs, idleMs, groups, functions }: ThreadTimes, path: string): void {
  const share = (ms: number) => `${((100 * ms) / busyMs).toFixed(1).padStart(5)} %`;
  console.log(`\n${thread}: busy ${Math.round(busyMs)} ms, idle ${Math.round(idleMs)} ms (${path})`);
  for (const [group, ms] of groups) console.log(`  ${share(ms)}  ${group}`);
  console.log("  its functions, by the time in themselves:");
  for (const { name, where, ms } of functions.slice(0, TOP)) console.log(`  ${share(ms)}  ${name}  ${where}`);
}
