import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { EXIT } from "./failure.ts";
import { temporaryFolder } from "./shell.fixture.ts";

const fileBeside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const BIN = fileBeside("bin.js");

/** A process that runs `plinth`, and all that it has said. */
class Spawned {
  readonly process: ChildProcess;
  said = "";

  constructor(t: TestContext, folder: string, argv: readonly string[], env: Record<string, string> = {}) {
    this.process = spawn(process.execPath, [BIN, ...argv], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.on("data", (chunk) => {
        this.said += chunk;
      });
    t.after(() => this.process.kill("SIGKILL"));
  }

  /** Resolves when it has said something, from `from` on. */
  async hears(pattern: RegExp, from = 0): Promise<RegExpMatchArray> {
    const end = Date.now() + 15_000;
    while (Date.now() < end) {
      const match = this.said.slice(from).match(pattern);
      if (match) return match;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`It did not say ${pattern}, but:\n${this.said}`);
  }

  async port(): Promise<number> {
    return Number((await this.hears(/127\.0\.0\.1:(\d+)/))[1]);
  }

  async exitCode(): Promise<number | null> {
    if (this.process.exitCode === null) await once(this.process, "exit");
    return this.process.exitCode;
  }
}

const serve = (t: TestContext, main: string, ...flags: string[]) =>
  new Spawned(t, temporaryFolder(t), [
    "serve",
    fileBeside(main),
    "--port",
    "0",
    "--store",
    "memory:",
    ...flags,
  ]);

/** A command whose body is held back until it is finished. */
function heldCommand(port: number) {
  const body = '{"amount":3}';
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    expect: "100-continue",
  };
  const held = request({
    port,
    host: "127.0.0.1",
    method: "POST",
    path: "/notes/a/add",
    headers,
    agent: false,
  });
  held.flushHeaders();
  // The interim answer says that the service waits for the body: from then on the request is in flight.
  const begun = once(held, "continue").then(() => held.write(body.slice(0, 4)));
  const failed = new Promise<Error>((resolve) => held.on("error", resolve));
  return {
    failed,
    begun,
    finish: async (): Promise<number> => {
      const answered = once(held, "response");
      held.end(body.slice(4));
      const [response] = await answered;
      response.resume();
      return response.statusCode;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("the plinth command", { concurrency: true }, () => {
  it("ends with 2 for wrong use, 1 for what fails, 0 else, and says each where it belongs", async (t) => {
    const folder = temporaryFolder(t);
    const wrong = new Spawned(t, folder, ["serv"]);
    const failing = new Spawned(t, folder, ["park", "list"]);
    const fine = new Spawned(t, folder, ["--version"]);
    const codes = await Promise.all([wrong.exitCode(), failing.exitCode(), fine.exitCode()]);
    assert.deepEqual(codes, [EXIT.usage, EXIT.failed, EXIT.ok]);
  });

  it("tells an older Node what it needs, before anything that one cannot read", async (t) => {
    const older =
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })';
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(older)}`;
    const spawned = new Spawned(t, temporaryFolder(t), ["--version"], { NODE_OPTIONS });
    assert.equal(await spawned.exitCode(), EXIT.usage);
    assert.match(spawned.said, /^Plinth needs Node 24 or newer; this is 20\.1\.0/);
  });

  it("serves what a module exports, and what a module runs by itself", async (t) => {
    for (const main of ["notes.fixture.ts", "program.fixture.ts"]) {
      const served = serve(t, main);
      const reply = await fetch(`http://127.0.0.1:${await served.port()}/health/ready`);
      assert.equal(reply.status, 200);
      assert.equal(served.said.match(/Listening/g)?.length, 1);
      served.process.kill("SIGTERM");
      assert.equal(await served.exitCode(), EXIT.ok);
    }
  });

  it("ends as a program that it serves has said", async (t) => {
    assert.equal(await serve(t, "handled.fixture.ts").exitCode(), 7);
  });

  it("finishes what is in flight at SIGTERM, takes nothing new, and ends with 0", async (t) => {
    const served = serve(t, "notes.fixture.ts", "--drain-ms", "8000");
    const port = await served.port();
    const held = heldCommand(port);
    await held.begun;
    served.process.kill("SIGTERM");
    await served.hears(/Stopping/);
    await pause(100);
    assert.equal(await held.finish(), 201);
    assert.equal(await served.exitCode(), EXIT.ok);
    assert.match(served.said, /"message":"Stopped\.".*"finished":true/);
  });

  it("ends at once with 1 at a second signal, but takes Ctrl-C that arrives twice for one", async (t) => {
    const served = serve(t, "notes.fixture.ts", "--drain-ms", "20000");
    const held = heldCommand(await served.port());
    await held.begun;
    served.process.kill("SIGINT");
    await served.hears(/Stopping/);
    served.process.kill("SIGINT");
    await pause(700);
    assert.equal(served.process.exitCode, null);
    served.process.kill("SIGINT");
    assert.equal(await served.exitCode(), EXIT.failed);
    assert.match((await held.failed).message, /hang up|ECONNRESET/);
  });

  it("logs an error that nobody caught, drains, and ends with 1", async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(
      join(folder, "main.ts"),
      `import { run } from "${new URL("run.ts", import.meta.url).href}";
import notes from "${new URL("notes.fixture.ts", import.meta.url).href}";
await run(notes);
Promise.reject(new Error("nobody caught this"));`,
    );
    const served = new Spawned(t, folder, ["serve", ".", "--port=0", "--store=memory:"]);
    assert.equal(await served.exitCode(), EXIT.failed);
    assert.match(served.said, /"level":"error".*nobody caught this[\s\S]*"finished":true/);
  });
});

describe("plinth dev", () => {
  it("starts anew with each change, also of a file that is replaced, and waits after an error", async (t) => {
    const folder = temporaryFolder(t);
    const main = join(folder, "main.ts");
    const write = (text: string) => {
      rmSync(main, { force: true });
      writeFileSync(
        main,
        `import notes from "${new URL("notes.fixture.ts", import.meta.url).href}";\n${text}`,
      );
    };
    write('console.log("first"); export default notes;');
    const dev = new Spawned(t, folder, ["dev", ".", "--port", "0", "--store", "memory:"]);
    await dev.hears(/first[\s\S]*Listening/);
    for (const word of ["second", "third"]) {
      const from = dev.said.length;
      write(`console.log("${word}"); export default notes;`);
      await dev.hears(new RegExp(`main\\.ts has changed[\\s\\S]*${word}[\\s\\S]*Listening`), from);
    }
    const from = dev.said.length;
    write("export default notes !;;; {");
    await dev.hears(/SyntaxError[\s\S]*Waiting for a change/, from);
    write('console.log("mended"); export default notes;');
    await dev.hears(/mended[\s\S]*Listening/, from);
    dev.process.kill("SIGINT");
    assert.equal(await dev.exitCode(), EXIT.ok);
    assert.match(dev.said.slice(from), /Stopped/);
  });
});
