import assert from "node:assert/strict";
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRIPT: string = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts.start;
/** The words of the script `start`, found from any folder. */
const WORDS = SCRIPT.split(" ").map((word) => {
  if (word === "plinth") return join(ROOT, "cli/bin.js");
  return word.includes("/") ? join(ROOT, word) : word;
});

/** Far above what it takes, since the machine may be busy. */
const WAIT_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), "hiring-"));
const started: ChildProcess[] = [];

after(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** What `npm start` runs, on the store of this test. */
function start(port: number) {
  return watched(spawn(process.execPath, WORDS, { cwd: folder, env: environment(port) }));
}

/** The same through a shell that waits for it, as npm does. */
function startInShell() {
  const script = `"${process.execPath}" ${WORDS.map((word) => `"${word}"`).join(" ")}; exit 1`;
  const env = { ...environment(0), npm_lifecycle_event: "start" };
  return watched(spawn("sh", ["-c", script], { cwd: folder, env }));
}

function environment(port: number) {
  const { PATH } = process.env;
  return { PATH, PORT: String(port), PLINTH_STORE: "sqlite:./data/hiring.db", PLINTH_LOG: "json" };
}

function watched(child: ChildProcessWithoutNullStreams) {
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const closed = once(child, "close");
  return { child, exited, closed, output: () => output };
}

type Started = ReturnType<typeof start>;

/** The address that it prints for people, once it does. */
async function urlOf({ exited, output }: Started): Promise<string> {
  const end = Date.now() + WAIT_MS;
  let code: number | null | undefined;
  void exited.then((exit) => {
    code = exit;
  });
  for (;;) {
    const url = /understood of them +(http\S+)/.exec(output())?.[1];
    if (url) return url;
    if (code !== undefined || Date.now() > end)
      assert.fail(`It did not start (exit code ${code}): ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function jobsAt(url: string) {
  const list = await fetch(`${url}/jobs?sort=reference`, { headers: { connection: "close" } });
  const { items } = (await list.json()) as {
    items: { id: string; version: number; state: { status: string } }[];
  };
  return items.map(({ id, version, state }) => ({ id, version, status: state.status }));
}

describe("npm start", () => {
  it("serves the samples, stops with 0 on SIGTERM, and finds them again", async () => {
    const first = start(0);
    const url = await urlOf(first);
    assert.match(first.output(), new RegExp(`${url}/docs`));
    assert.match(first.output(), new RegExp(`${url}/open-jobs`));
    const jobs = await jobsAt(url);
    assert.deepEqual(
      jobs.map(({ version, status }) => [version, status]),
      Array(4).fill([2, "open"]),
    );
    first.child.kill("SIGTERM");
    assert.equal(await first.exited, 0, first.output());

    const second = start(0);
    assert.deepEqual(await jobsAt(await urlOf(second)), jobs);
    second.child.kill("SIGINT");
    assert.equal(await second.exited, 0, second.output());
  });

  const skip = process.platform === "win32" ? "Windows has no shell that dies of a signal." : false;
  it("is not left behind when npm is stopped, and its shell dies", { skip }, async () => {
    const inShell = startInShell();
    const url = await urlOf(inShell);
    inShell.child.kill("SIGTERM");
    assert.equal(await inShell.exited, null, "the shell dies of the signal");
    await inShell.closed;
    assert.match(inShell.output(), /"message":"Stopped\."/);
    await assert.rejects(fetch(url));
  });

  it("says in one line that the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const blocked = start(port);
    const code = await blocked.exited;
    other.close();
    assert.equal(code, 1);
    assert.match(blocked.output(), new RegExp(`port ${port}|:${port}`));
    assert.doesNotMatch(blocked.output(), /\n\s+at /, "no stack trace");
  });
});
