import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { served } from "../resilience/served.ts";
import { pack } from "./pack.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const exec = promisify(execFile);

/** Runs a command in a folder; rejects with what it printed. */
async function run(folder: string, command: string, ...args: string[]): Promise<string> {
  const { stdout } = await exec(command, args, { cwd: folder }).catch((error) => {
    throw new Error(`${command} ${args.join(" ")} failed:\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

describe("the packed packages, in a project outside the workspace", { timeout: 300_000 }, () => {
  let project: string;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), "plinth-project-"));
    const manifest = { name: "outside", private: true, type: "module" };
    await writeFile(join(project, "package.json"), JSON.stringify(manifest));
    await copyFile(join(root, "docs/first-service.ts"), join(project, "main.ts"));
    await run(project, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...pack());
  });

  after(() => rm(project, { recursive: true, force: true }));

  it("hold compiled files alone", async () => {
    const files = await readdir(join(project, "node_modules"), { recursive: true });
    const ours = files.filter((file) => /^(@plinth|plinth)\//.test(file));
    assert.ok(ours.includes("plinth/index.js") && ours.includes("plinth/LICENSE"));
    assert.deepEqual(
      ours.filter((file) => /\.(test|fixture|browser)\.|(?<!\.d)\.ts$/.test(file)),
      [],
    );
  });

  it("type a service without help from the workspace", async () => {
    const tsc = join(root, "node_modules/.bin/tsc");
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "esnext"];
    await run(project, tsc, ...options, "--skipLibCheck", "main.ts");
  });

  it("bring the plinth command", async () => {
    assert.match(await run(project, "npx", "plinth", "--version"), /0\.1\.0/);
  });

  it("run a service that answers, keeps what it was told, and stops in order", async () => {
    const service = await served(project, "plinth serve main.ts --port 0 --store sqlite:./data/app.db");
    const { url } = service;
    const added = await fetch(`${url}/tasks`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title: "Pack" }),
    });
    assert.equal(added.status, 201);
    const list = await fetch(`${url}/tasks?done=false`);
    const { items } = (await list.json()) as { items: { state: unknown }[] };
    assert.deepEqual(
      items.map(({ state }) => state),
      [{ title: "Pack", done: false }],
    );

    assert.equal(await service.stop(), 0);
  });
});
