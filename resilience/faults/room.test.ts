import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { command } from "./disk.ts";
import { readsGoOn, suffer } from "./suffer.ts";

const hasLimits = spawnSync("prlimit", ["--version"]).status === 0;
const noLimits = hasLimits ? false : "Only Linux can bound the files of a running process.";

test("a service that may write no more says so, reads on, and recovers", {
  skip: noLimits,
  timeout: 120_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-room-"));
  const limit = (pid: number, bytes: number | "unlimited") =>
    void command("prlimit", "--pid", String(pid), `--fsize=${bytes}:unlimited`);
  const after = await suffer(
    t,
    { folder, remove: () => rmSync(folder, { recursive: true }) },
    {
      begin: ({ service }) => limit(service.pid, 4096),
      end: ({ service }) => limit(service.pid, "unlimited"),
      words: /disk reports an error|file too large/,
      linesMax: 2,
      lastsMs: 1000,
      slack: 4,
    },
  );
  readsGoOn(after);
});
