import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serverTests } from "./postgres.fixture.ts";
import { noPostgres, startPostgres } from "./postgres.ts";
import { isAlive } from "./processes.ts";

serverTests("bundled");

const skip = noPostgres("bundled");

test("a server that does not start says why, and leaves nothing behind", { skip }, async (t) => {
  const folder = mkdtempSync("/tmp/plinth-parent-");
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true }));
  const configuration = { max_connections: "many" };
  await assert.rejects(
    startPostgres("bundled", { configuration, folder }),
    /has ended at its start:\n.*invalid value for parameter "max_connections": "many"/s,
  );
  assert.deepEqual(readdirSync(folder), []);
});

for (const state of ["serving", "paused"])
  test(`a server that is ${state} ends with a process that is killed, and its folder with it`, {
    skip,
  }, async () => {
    const fixture = fileURLToPath(new URL("orphan.fixture.ts", import.meta.url));
    const owner = spawn(process.execPath, [fixture], { stdio: ["ignore", "pipe", "inherit"] });
    const { pid, data } = JSON.parse(String((await once(owner.stdout, "data"))[0]));
    assert.ok(isAlive(pid) && existsSync(data));
    if (state === "paused") process.kill(pid, "SIGSTOP");
    owner.kill("SIGKILL");
    await once(owner, "exit");
    await until(() => !existsSync(data));
    assert.equal(isAlive(pid), false, "It ends first, and not because its files have gone.");
  });

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!condition()) {
    assert.ok(performance.now() < end, "It has not come about within 30 s.");
    await pause(50);
  }
}
