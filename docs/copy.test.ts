import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { served } from "../resilience/served.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
const page = read("./copy.md");
const script = read("./copy.sh");

interface Task {
  readonly id: string;
  readonly state: object;
}

/** A line of the script, in a folder of its own for data. */
function line(start: string, folder: string): string {
  const found = script.match(new RegExp(`${start}.*`))?.[0];
  assert.ok(found, `the script has "${start}"`);
  return found.replaceAll("./data", folder);
}

it("the page's commands move a service, which goes on where it was", { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-docs-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const command = line("npx plinth serve", folder);
  const headers = { "content-type": "application/json", "idempotency-key": "k1" };
  const add = (url: string): Promise<Task> =>
    fetch(`${url}/tasks`, { method: "POST", headers, body: '{"title":"Move it"}' }).then(
      (reply) => reply.json() as Promise<Task>,
    );
  const before = await served(root, `${command.replace("moved.db", "app.db")} --port 0`);
  const added = await add(before.url);
  assert.equal(await before.stop(), 0);

  const bin = join(root, "node_modules/.bin");
  const PATH = `${bin}${delimiter}${process.env.PATH}`;
  const [name, ...args] = line("npx plinth copy", folder).replace("npx ", "").split(" ");
  const { stdout } = await promisify(execFile)(name!, args, { cwd: root, env: { ...process.env, PATH } });
  assert.match(stdout, /^events +1 +1 +[0-9a-f]{16} +same$/m);
  const columns = (text: string) => text.match(/^SECTION.*$/m)?.[0].split(/ +/);
  assert.deepEqual(columns(page), columns(stdout), "the page shows the table as it is");
  for (const [, section] of stdout.matchAll(/^(\w+) +\d+ +\d+ /gm))
    assert.ok(page.includes(`\`${section}\``), `the page tells what is in ${section}`);

  const after = await served(root, `${command} --port 0`);
  try {
    assert.deepEqual(await add(after.url), added, "a repeat gets its first answer");
    const { items } = (await fetch(`${after.url}/tasks`).then((reply) => reply.json())) as { items: Task[] };
    assert.deepEqual(items, [{ id: added.id, version: 1, state: added.state }]);
  } finally {
    assert.equal(await after.stop(), 0);
  }
});
