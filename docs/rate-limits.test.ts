import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { served } from "../resilience/served.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
const page = read("./rate-limits.md");
const script = read("./rate-limits.sh");

/** What the page's request is told of rate limits by the service that a command runs. */
async function told(command: string): Promise<string[]> {
  const service = await served(root, `${command} --port 0 --store memory:`);
  try {
    const ask = script.match(/^curl -i .*/m)![0].replace("localhost:8080", service.url);
    const { stdout } = await promisify(execFile)("bash", ["-c", `${ask} -sS`]);
    return stdout.split("\r\n").filter((line) => line.startsWith("RateLimit"));
  } finally {
    assert.equal(await service.stop(), 0);
  }
}

it("the flag of the page has the answers that the page shows", { timeout: 60_000 }, async () => {
  const command = script.match(/npx plinth serve .*/)?.[0];
  assert.ok(command);
  const lines = await told(command);
  assert.equal(lines.length, 2);
  assert.ok(page.includes(`\n${lines.join("\n")}\n`), lines.join("\n"));
});

it("the program of the page limits by its own limiter", { timeout: 60_000 }, async () => {
  assert.deepEqual(await told("npx plinth serve docs/rate-limits.ts"), [
    'RateLimit-Policy: "per-minute";q=600;w=60',
    'RateLimit: "per-minute";r=599;t=1',
  ]);
});
