import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Served, served } from "../resilience/served.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const script = readFileSync(new URL("./first-service.sh", import.meta.url), "utf8");

/** A part of the script, as the pages show it. */
function region(name: string): string {
  const found = script.match(new RegExp(`#region ${name}\\n([^]*?)\\n *# #endregion ${name}`))?.[1];
  assert.ok(found, `There is no region "${name}".`);
  return found.trim();
}

describe("what the README does with its first service", () => {
  let service: Served;

  before(async () => {
    service = await served(root, `${region("serve")} --port 0 --store memory:`);
  });

  after(async () => assert.equal(await service.stop(), 0));

  /** Runs a part of the script against the service of this test; resolves to the answer. */
  async function answer(name: string) {
    const command = region(name).replaceAll("localhost:8080", service.url).replace("curl", "curl -sS");
    const { stdout } = await promisify(execFile)("bash", ["-c", command]);
    return JSON.parse(stdout);
  }

  it("adds a task, and finds it", async () => {
    const added = await answer("add");
    assert.partialDeepStrictEqual(added, { version: 1, state: { title: "Write it down", done: false } });
    const { items } = await answer("list");
    assert.deepEqual(items, [{ id: added.id, version: 1, state: added.state }]);
  });

  it("is told what is wrong with a request", async () => {
    const refused = await answer("refuse");
    assert.equal(refused.code, "invalid_argument");
    assert.deepEqual(
      refused.errors.map(({ path }: { path: string }) => path),
      ["title", "titel"],
    );
  });
});
