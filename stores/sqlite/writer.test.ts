import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { renameSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, type TestContext, test } from "node:test";
import type { Worker } from "node:worker_threads";
import type { PlinthError } from "@plinth/ports";
import { deposit, freshPath, opened } from "./samples.ts";

function unavailable(words: RegExp) {
  return ({ code, message }: PlinthError) => {
    assert.equal(code, "unavailable");
    assert.match(message, words);
    return true;
  };
}

/** Catches the threads that a store starts from now on. */
function watchThreads(test: TestContext): Worker[] {
  const threads: Worker[] = [];
  const watch = (worker: Worker) => void threads.push(worker);
  process.on("worker", watch);
  test.after(() => process.off("worker", watch));
  return threads;
}

/** Another process that is writing and does not come to an end. */
function lock(path: string): DatabaseSync {
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  return other;
}

describe("writes that share a transaction", () => {
  test("keep each its own outcome: one that fails takes no other along", async (t) => {
    const { log, generations, subscriptions } = await opened(t);
    const [first, failed, lease, second, conflict] = await Promise.allSettled([
      log.append([deposit("a", 0)]),
      generations.activate({ view: "balances", generation: 1 }),
      subscriptions.acquire("balances", 0, "node-a", 1000),
      log.append([deposit("a", 1), deposit("b", 0)]),
      log.append([deposit("a", 0)]),
    ]);
    assert.deepEqual(first, fulfilled([{ kind: "accepted", version: 1, position: 1 }]));
    assert.equal(failed.status === "rejected" && failed.reason.code, "not_found");
    assert.equal(lease.status, "fulfilled");
    assert.deepEqual(
      second,
      fulfilled([
        { kind: "accepted", version: 2, position: 2 },
        { kind: "accepted", version: 1, position: 3 },
      ]),
    );
    assert.deepEqual(conflict, fulfilled([{ kind: "conflict" }]));
    assert.equal(await log.head(), 3);
  });

  test("are few: what arrives while one syncs goes into the next", async (t) => {
    const path = freshPath(t);
    const { log } = await opened(t, { path });
    const watching = new DatabaseSync(path, { readOnly: true });
    t.after(() => watching.close());
    const seen = new Set<number>();
    const appending = Array.from({ length: 400 }, (_, at) =>
      log.append([deposit(`a${at}`, 0)]).then(() => seen.add(dataVersion(watching))),
    );
    await Promise.all(appending);
    assert.ok(seen.size < 100, `${seen.size} moments were seen between 400 appends`);
  });
});

describe("a commit that breaks a rule of the file itself", () => {
  test("is refused alone, and what the writer remembers stays right", async (t) => {
    const { log, states } = await opened(t);
    await states.index("account", ["balance"]);
    await log.append([deposit("a", 0)]);
    const [broken, sound] = await Promise.allSettled([
      log.append([deposit("a", 1), deposit("b", 0, { state: "{no JSON" })]),
      log.append([deposit("c", 0)]),
    ]);
    assert.equal(broken.status === "rejected" && broken.reason.code, "internal");
    assert.deepEqual(sound, fulfilled([{ kind: "accepted", version: 1, position: 2 }]));
    assert.deepEqual(await log.append([deposit("a", 1)]), [{ kind: "accepted", version: 2, position: 3 }]);
  });
});

describe("a file that another process locks", () => {
  test("makes writes unavailable and leaves reads alone, until it is free", async (t) => {
    const path = freshPath(t);
    const store = await opened(t, { path, busyMs: 50 });
    await store.log.append([deposit("a", 0)]);
    const other = lock(path);
    const begun = [store.check(), store.log.append([deposit("a", 1)]), store.log.append([deposit("b", 0)])];
    for (const one of begun) await assert.rejects(one, unavailable(/locked by another process/));
    assert.equal(await store.log.head(), 1);
    other.exec("ROLLBACK");
    other.close();
    await store.check();
    assert.deepEqual(await store.log.append([deposit("a", 1)]), [
      { kind: "accepted", version: 2, position: 2 },
    ]);
  });

  test("is waited for", async (t) => {
    const path = freshPath(t);
    const store = await opened(t, { path });
    const other = lock(path);
    const appending = store.log.append([deposit("a", 0)]);
    setTimeout(() => other.close(), 50);
    assert.deepEqual(await appending, [{ kind: "accepted", version: 1, position: 1 }]);
  });
});

test("what another process has written is never overlooked", async (t) => {
  const path = freshPath(t);
  const [one, other] = [await opened(t, { path }), await opened(t, { path })];
  for (let version = 0; version < 20; version += 2) {
    await one.log.append([deposit("a", version)]);
    assert.deepEqual(await other.log.append([deposit("a", version)]), [{ kind: "conflict" }]);
    assert.deepEqual(await other.log.append([deposit("a", version + 1)]), [
      { kind: "accepted", version: version + 2, position: version + 2 },
    ]);
  }
});

test("a file that was moved away takes no more writes, until it is back", async (t) => {
  const path = freshPath(t);
  const store = await opened(t, { path });
  renameSync(path, `${path}.away`);
  await assert.rejects(store.log.append([deposit("a", 0)]), unavailable(/moved, deleted or replaced/));
  await assert.rejects(store.check(), unavailable(/moved, deleted or replaced/));
  renameSync(`${path}.away`, path);
  await store.check();
  await store.log.append([deposit("a", 0)]);
});

describe("a thread that dies", () => {
  test("takes what waits for it along, and is replaced", async (t) => {
    const threads = watchThreads(t);
    const store = await opened(t);
    await store.log.append([deposit("a", 0)]);
    const pending = Array.from({ length: 50 }, (_, at) => store.log.append([deposit(`b${at}`, 0)]));
    await threads[0]!.terminate();
    for (const one of await Promise.allSettled(pending))
      if (one.status === "rejected") unavailable(/writer thread has ended unexpectedly/)(one.reason);
    await store.check();
    const head = await store.log.head();
    assert.deepEqual(await store.log.append([deposit("a", 1)]), [
      { kind: "accepted", version: 2, position: head + 1 },
    ]);
    assert.equal(threads.length, 2);
  });

  test("of the reader likewise", async (t) => {
    const threads = watchThreads(t);
    const store = await opened(t);
    await store.parks.list({ limit: 1 });
    const pending = store.parks.list({ limit: 1 });
    await threads.at(-1)!.terminate();
    await pending.catch(unavailable(/reader thread has ended unexpectedly/));
    assert.deepEqual(await store.parks.list({ limit: 1 }), []);
  });
});

/** Runs a program that has `store` and `deposit`; resolves to what it printed and how it ended. */
async function program(
  t: TestContext,
  body: string,
  start: (argv: readonly string[]) => [string, readonly string[]] = ([command, ...args]) => [command!, args],
  onLine: (line: string, pid: number) => void = () => {},
) {
  const source = `
    const { sqliteStore } = await import(${JSON.stringify(import.meta.resolve("./index.ts"))});
    const { clock, deposit } = await import(${JSON.stringify(import.meta.resolve("./samples.ts"))});
    const store = await sqliteStore({ path: ${JSON.stringify(freshPath(t))}, clock });
    ${body}`;
  const argv = [process.execPath, "--input-type=module", "--eval", source];
  const child = spawn(...(start(argv) as [string, string[]]), { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    onLine(text.trim(), child.pid!);
  });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  return { printed, code };
}

describe("a process", () => {
  test("ends by itself where the store is idle or closed, and not before its writes are done", async (t) => {
    const idle = 'store.log.append([deposit("a", 0)]).then(([{ position }]) => console.log(position));';
    assert.deepEqual(await program(t, idle), { printed: "1\n", code: 0 });
    const closed = "await store.parks.list({ limit: 1 }); await store.close(); console.log('closed');";
    assert.deepEqual(await program(t, closed), { printed: "closed\n", code: 0 });
  });

  const noLimits =
    process.platform === "linux" ? false : "Only Linux can widen the limit of a running process.";
  test("that may not write any more goes on when it may again", { skip: noLimits }, async (t) => {
    const body = `
      let version = 0;
      const more = () => store.log.append([deposit("a", version, { state: "\\"" + "x".repeat(50_000) + "\\"" })]);
      const failure = await (async () => { for (;;) { await more(); version++; } })().catch((error) => error);
      console.log(failure.code);
      const outcomes = await (async () => {
        for (;;) try { return await more(); } catch { await new Promise((resolve) => setTimeout(resolve, 10)); }
      })();
      const seen = await store.log.version({ tenant: "main", entity: "account", id: "a" });
      console.log(outcomes[0].kind, outcomes[0].position - version, seen - version);
      await store.close();`;
    const limited = (argv: readonly string[]): [string, string[]] => [
      "sh",
      ["-c", 'ulimit -S -f 4000; exec "$@"', "sh", ...argv],
    ];
    const widen = (line: string, pid: number) => {
      if (line === "unavailable") spawn("prlimit", ["--pid", `${pid}`, "--fsize=unlimited"]);
    };
    const { printed, code } = await program(t, body, limited, widen);
    assert.deepEqual([printed, code], ["unavailable\naccepted 1 1\n", 0], "the next position, and none lost");
  });
});

function fulfilled<Value>(value: Value) {
  return { status: "fulfilled", value };
}

function dataVersion(file: DatabaseSync): number {
  return Number(file.prepare("PRAGMA data_version").get()!.data_version);
}
