import { execFile, execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Requests to send: a POST of one body to paths taken in turn, each with an idempotency key of its own. */
export interface Load {
  readonly url: string;
  readonly paths: readonly string[];
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** Where the script of the load generator may be written. */
  readonly folder: string;
}

/** What came back. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Latency in milliseconds. */
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
  const script = `${load.folder}/load.lua`;
  await writeFile(script, lua(load));
  const { stdout } = await promisify(execFile)("wrk", [
    "-t1",
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    "-s",
    script,
    load.url,
  ]);
  const result = /RESULT (\{.*\})/.exec(stdout)?.[1];
  if (!result) throw new Error(`wrk printed no result:\n${stdout}`);
  return JSON.parse(result);
}

function lua({ paths, body }: Load): string {
  return `
local paths = { ${paths.map((path) => JSON.stringify(path)).join(", ")} }
local body = ${JSON.stringify(body)}
local prefix = tostring(os.time()) .. "-" .. tostring({}):sub(8) .. "-"
local count = 0
request = function()
  count = count + 1
  local headers = { ["Content-Type"] = "application/json", ["Idempotency-Key"] = prefix .. count }
  return wrk.format("POST", paths[count % #paths + 1], headers, body)
end
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('RESULT {"requestsPerSecond":%f,"p50":%f,"p99":%f,"errors":%d}\\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
`;
}
