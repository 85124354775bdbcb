import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
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

/** Resolves to the first address that a process says it listens on. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk: Buffer) => {
      printed += chunk;
      const address = printed.match(/http:\/\/[\d.]+:\d+/)?.[0];
      if (address) resolve(address);
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.once("exit", () => reject(new Error(`The service ended before it listened:\n${printed}`)));
  });
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

  it("run a service that answers, keeps what it was told, and stops in order", async () => {
    const serve = ["plinth", "serve", "main.ts", "--port", "0", "--store", "sqlite:./data/app.db"];
    const server = spawn("npx", serve, { cwd: project, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    after(() => server.exitCode ?? process.kill(-server.pid!, "SIGKILL"));
    const url = await addressOf(server);

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

    process.kill(-server.pid!, "SIGTERM");
    const [code] = await once(server, "exit");
    assert.equal(code, 0);
  });
});
