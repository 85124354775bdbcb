import { execFile, execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { withFolder } from "./process.ts";

/** Requests to send, by as many connections at once as answers are waited for. */
export interface Load {
  readonly url: string;
  /** Paths, taken in turn. */
  readonly paths: readonly string[];
  /** JSON to post, each time with an idempotency key and a trace of its own; null to get. */
  readonly body: string | null;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections: number;
  /** How long a connection pauses on average before each request; 0: not at all. */
  readonly pauseMs?: number;
  readonly seconds: number;
}

/** What came back. */
export interface LoadResult {
  /** Those that were answered as they should be. */
  readonly requestsPerSecond: number;
  /** Latency in milliseconds, each from when its connection was free to send it. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were not 2xx or 3xx, and connections that failed. */
  readonly errors: number;
}

/** The load generator and its version. */
export function generator(): string {
  try {
    return execFileSync("sh", ["-c", "wrk -v 2>&1 | head -n 1"]).toString().trim().split(" [")[0]!;
  } catch {
    return "none";
  }
}

/** Runs wrk with one thread: the servers need the other core. */
export async function run(load: Load): Promise<LoadResult> {
  return withFolder(async (folder) => {
    const script = join(folder, "load.lua");
    await writeFile(script, lua(load));
    const { connections, seconds, url } = load;
    const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url];
    const { stdout } = await promisify(execFile)("wrk", args);
    const result = /RESULT (\{.*\})/.exec(stdout)?.[1];
    if (!result) throw new Error(`wrk printed no result:\n${stdout}`);
    return JSON.parse(result);
  });
}

/** Keys are random, as clients make them: in the order of their making they would fall into place more cheaply. */
const POST = (body: string) => `
math.randomseed(${randomInt(2 ** 31)})
local body = ${JSON.stringify(body)}
local random, format = math.random, string.format
local request_of = function(path)
  local a, b, c, d = random(0, 2^32 - 1), random(0, 2^32 - 1), random(0, 2^32 - 1), random(0, 2^32 - 1)
  headers["Idempotency-Key"] = format("%08x-%04x-4%03x-a%03x-%08x%04x", a, b % 65536, c % 4096, d % 4096, c, a % 65536)
  headers["traceparent"] = format("00-%08x%08x%08x%08x-%08x%08x-01", d, c, b, a, b, d)
  return wrk.format("POST", path, headers, body)
end`;

const GET = `
local made = {}
local request_of = function(path)
  made[path] = made[path] or wrk.format("GET", path, headers)
  return made[path]
end`;

/** wrk calls this before each request of a connection: pauses of any length up to twice their mean. */
const PAUSE = (ms: number) => `
delay = function()
  return math.random(0, ${Math.round(2 * ms)})
end`;

function lua({ paths, body, headers = {}, pauseMs = 0 }: Load): string {
  const all = { ...headers, ...(body !== null && { "Content-Type": "application/json" }) };
  return `
local headers = { ${Object.entries(all)
    .map(([name, value]) => `[${JSON.stringify(name)}] = ${JSON.stringify(value)}`)
    .join(", ")} }
local paths = { ${paths.map((path) => JSON.stringify(path)).join(", ")} }
local count = 0
${body === null ? GET : POST(body)}
${pauseMs > 0 ? PAUSE(pauseMs) : ""}
request = function()
  count = count + 1
  return request_of(paths[count % #paths + 1])
end
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('RESULT {"requestsPerSecond":%f,"p50":%f,"p99":%f,"errors":%d}\\n',
    (summary.requests - errors.status) / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
`;
}
