import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { type Replacement, replacing } from "../replacing.ts";
import { ROOT, served } from "../served.ts";
import { type Passed, passages, TRACED } from "./trace.ts";

/**
 * A kill leaves what the kernel has, synced or not: only a trace of the system calls tells whether an answer waits for
 * the disk.
 */

const CLIENTS = 8;
const COMMANDS = 200;

const canTrace = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;
const TRACING = { skip: canTrace ? false : "strace is not there, or may not trace" };

/** Opens accounts under trace, many at once; resolves to what became of each. */
async function traced(replacements: readonly Replacement[]): Promise<Map<string, Passed>> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-sync-"));
  const file = join(folder, "trace");
  const strace = `strace -f -qq --seccomp-bpf -y -s 8192 -e trace=${TRACED} -o ${file}`;
  const plinth = `plinth serve examples/accounts --port 0 --store sqlite:${folder}/app.db`;
  const service = await served(ROOT, `${strace} ${plinth}`, replacing(replacements));
  const ids = Array.from({ length: COMMANDS }, (_, at) => `traced-${at}-account`);
  try {
    const left = ids.values();
    const client = async () => {
      for (const id of left) assert.equal(await deposit(service.url, id), 201);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  } finally {
    await service.stop();
  }
  const passed = passages(await readFile(file, "latin1"), ids);
  await rm(folder, { recursive: true });
  return passed;
}

async function deposit(url: string, id: string): Promise<number> {
  const headers = { "content-type": "application/json", "idempotency-key": id };
  const response = await fetch(`${url}/accounts/${id}/deposit`, {
    method: "POST",
    headers,
    body: '{"amount":1}',
  });
  await response.arrayBuffer();
  return response.status;
}

/** How many became what. */
function counts(passed: ReadonlyMap<string, Passed>): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const one of passed.values()) counted[one] = (counted[one] ?? 0) + 1;
  return counted;
}

const synchronous = (mode: string): Replacement => ({
  file: "stores/sqlite/schema.ts",
  from: "PRAGMA synchronous = FULL;",
  to: `PRAGMA synchronous = ${mode};`,
});

it("every answer leaves after what it tells is on the disk", TRACING, async () => {
  assert.deepEqual(counts(await traced([])), { synced: COMMANDS });
});

for (const mode of ["OFF", "NORMAL"])
  it(
    `a service that acknowledges before the sync, by synchronous = ${mode}, is caught`,
    TRACING,
    async () => {
      const found = counts(await traced([synchronous(mode)]));
      console.log(`synchronous = ${mode}: ${JSON.stringify(found)}`);
      assert.ok((found["answered before it was synced"] ?? 0) > COMMANDS / 2, JSON.stringify(found));
    },
  );
