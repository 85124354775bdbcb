import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Running } from "plinth";
import { Faults, startHiring } from "./hiring.fixture.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const [, sample = ""] = /^```sh\n(.+?)^```$/ms.exec(
  readFileSync(new URL("README.md", import.meta.url), "utf8"),
)!;

const hasCurl = spawnSync("sh", ["-c", "curl --version"]).status === 0;

describe("the sample of the README", { skip: hasCurl ? false : "This machine has no sh or no curl." }, () => {
  let running: Running;
  let url: string;

  before(async () => {
    ({ url, running } = await startHiring(new Faults()));
  });

  after(() => running.stop());

  it("imports a job spec, opens it, and finds it among the open ones", async () => {
    const script = `set -eu\n${sample.replaceAll("http://localhost:8080", url)}`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script], { cwd: ROOT });
    const { items } = JSON.parse(stdout) as { items: { reference: string; title: string }[] };
    assert.deepEqual(
      items.map(({ reference, title }) => [reference, title]),
      [["R-1.md", "Backend Architect"]],
    );
  });
});
