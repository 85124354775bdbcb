import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sqliteStore } from "@plinth/sqlite";
import { seededRandom, simulatedClock } from "@plinth/testing";
import { type Replacement, replacing } from "../replacing.ts";

const PROGRAM = fileURLToPath(new URL("./birth.ts", import.meta.url));
const SEED = Number(env.CRASH_SEED ?? Math.floor(Math.random() * 1e6));

const COMMIT = {
  stream: { tenant: "main", entity: "account", id: "a" },
  expectedVersion: 0,
  events: [{ type: "account.opened", data: "{}" }],
  state: null,
  command: null,
  unique: [],
  conditions: [],
  at: "2030-01-01T00:00:00.000Z",
  actor: "someone",
  trace: null,
};

/** A process that makes the file, when it begins to. */
async function begun(path: string, replacements: readonly Replacement[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, path], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...env, ...replacing(replacements) },
  });
  await once(child.stdout!, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  assert.ok(child.kill("SIGKILL"), "it has ended by itself");
  await exited;
}

/** How long a whole birth takes, in milliseconds. */
async function birthMs(path: string, replacements: readonly Replacement[]): Promise<number> {
  const child = await begun(path, replacements);
  const began = performance.now();
  await once(child.stdout!, "data");
  const ms = performance.now() - began;
  await kill(child);
  return ms;
}

async function assertUsable(path: string): Promise<void> {
  const store = await sqliteStore({ path, clock: simulatedClock() });
  assert.deepEqual(await store.log.append([COMMIT]), [{ kind: "accepted", version: 1, position: 1 }]);
  await store.close();
}

/** Kills processes that make files, and uses what they have left. */
async function killBirths(births: number, replacements: readonly Replacement[] = []): Promise<void> {
  const random = seededRandom(SEED);
  const folder = await mkdtemp(join(tmpdir(), "plinth-birth-"));
  try {
    const ms = await birthMs(join(folder, "first.db"), replacements);
    for (let birth = 0; birth < births; birth++) {
      const path = join(folder, `${birth}.db`);
      const child = await begun(path, replacements);
      await wait(random.next() * ms);
      await kill(child);
      await assertUsable(path);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

it("a file whose process is killed while it makes it is made by the next one", async () => {
  console.log(`CRASH_SEED=${SEED}`);
  await killBirths(12);
});

it("a file that is made piece by piece is caught", async () => {
  const piecemeal: Replacement = {
    file: "stores/sqlite/schema.ts",
    from: 'database.exec("BEGIN IMMEDIATE");',
    to: "database.exec = (exec => sql => sql === 'COMMIT' ? undefined : exec.call(database, sql))(database.exec);",
  };
  await assert.rejects(killBirths(60, [piecemeal]), { code: "unavailable" });
});
