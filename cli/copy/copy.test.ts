import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, renameSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SECTIONS, type Store, type UnfinishedCopy } from "@plinth/ports";
import { sqliteStore } from "@plinth/sqlite";
import { EXIT } from "../failure.ts";
import { plinth, temporaryFolder } from "../shell.fixture.ts";
import { systemClock } from "../system.ts";
import { markOf } from "./digest.ts";
import { addNote, contentOf, fillFile, servedNotes } from "./systems.fixture.ts";

const BIN = fileURLToPath(new URL("../bin.js", import.meta.url));
const NOTES = fileURLToPath(new URL("../notes.fixture.ts", import.meta.url));

/** `plinth` in a process of its own. */
function spawned(folder: string, argv: readonly string[]): ChildProcess {
  const env = { PATH: process.env.PATH };
  return spawn(process.execPath, [BIN, ...argv], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
}

const copy = (folder: string, from: string, to: string, ...flags: string[]) =>
  plinth(folder, ["copy", "--from", `sqlite:${from}`, "--to", `sqlite:${to}`, ...flags]);

/** Uses a store in a file, also one that holds an unfinished copy. */
async function using<Result>(path: string, use: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await sqliteStore({ path, clock: systemClock, copying: true });
  return use(store).finally(() => store.close());
}

const unfinishedIn = (path: string): Promise<UnfinishedCopy | null> =>
  using(path, ({ transfer }) => transfer.unfinished());

/** A file of some events. */
async function filled(t: TestContext, events: number, name = "from.db"): Promise<string> {
  const folder = temporaryFolder(t);
  await fillFile(join(folder, name), events);
  return folder;
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

describe("plinth copy", () => {
  it("moves a system that was served, which goes on in the copy where it was", async (t) => {
    const folder = temporaryFolder(t);
    const before = await servedNotes(folder, "from.db", [1, 2, 3, -4, 5]);
    await using(join(folder, "from.db"), async ({ parks }) => {
      while ((await parks.list({ limit: 10 })).length === 0) await wait(10);
    });
    await before.stop();
    const { code, out, err } = await copy(folder, "from.db", "to/new.db");
    assert.equal(code, EXIT.ok, err);
    assert.match(out, /^SECTION +SOURCE +COPY +HASH\nnumbers +\d+ +\d+ +[0-9a-f]{16} +same\nevents +5 +5 /);
    assert.doesNotMatch(out, /DIFFERENT/);
    assert.match(out, /to\/new\.db is a whole copy\.\n$/);
    assert.match(err, /Copied \d+ records in/);
    const again = await copy(folder, "from.db", "to/new.db");
    assert.match(again.err, /^It seems to be copied already: nothing is written, both sides are compared\./);
    assert.deepEqual([again.code, again.out], [EXIT.ok, out]);
    const after = await servedNotes(folder, "to/new.db", []);
    t.after(() => after.stop());
    assert.equal(await addNote(after, "n0", 1, "key-0"), 1, "a repeat gets its first answer");
    assert.equal(await addNote(after, "n0", 7, "key-new"), 6);
    const rows = await using(join(folder, "to/new.db"), async ({ rows, generations }) => {
      const live = (await generations.list()).find(
        ({ view, status }) => view === "totals" && status === "live",
      )!;
      assert.equal(live.generation, 1, "the view was not built anew");
      for (;;) {
        const found = await rows.scan(live, null, 10);
        if (found.some(({ position }) => position === 6)) return found.map(({ row }) => JSON.parse(row));
        await wait(10);
      }
    });
    assert.deepEqual(rows, [
      { note: "n0", total: 4 },
      { note: "n1", total: 7 },
      { note: "n2", total: 3 },
    ]);
  });

  it("makes nothing where the command line is wrong", async (t) => {
    const folder = await filled(t, 1);
    symlinkSync(join(folder, "from.db"), join(folder, "link.db"));
    const wrong = [
      [["copy", "--from", "sqlite:from.db"], /wants both --from <url> and --to <url>/],
      [["copy", "--from", "sqlite:from.db", "--to", "sqlite:./from.db"], /name the same store/],
      [["copy", "--from", "sqlite:from.db", "--to", "sqlite:link.db"], /name the same store/],
      [
        ["copy", "--from", "memory:", "--to", "sqlte:to.db"],
        /2 settings are wrong:\n {2}--from is "memory:": .* gone with the process.*\n {2}--to is "sqlte:to\.db": .*Did you mean sqlite/,
      ],
    ] as const;
    for (const [argv, message] of wrong) {
      const { code, err } = await plinth(folder, argv);
      assert.equal(code, EXIT.usage);
      assert.match(err, message);
    }
    const missing = await copy(folder, "form.db", "to.db");
    assert.equal(missing.code, EXIT.failed);
    assert.match(missing.err, /^There is no store at .*form\.db\. Name the right one with --from\.\n$/);
    assert.deepEqual(readdirSync(folder).sort(), ["from.db", "link.db"]);
  });

  it("leaves a store alone that is not empty", async (t) => {
    const folder = await filled(t, 3);
    await fillFile(join(folder, "to.db"), 2);
    const before = contentOf(join(folder, "to.db"));
    const { code, err } = await copy(folder, "from.db", "to.db");
    assert.equal(code, EXIT.failed);
    assert.match(err, /^Nothing was copied to .*to\.db\. The store is not empty \(events: 2, answers: 2,/);
    assert.deepEqual(contentOf(join(folder, "to.db")), before);
    const file = new DatabaseSync(join(folder, "to.db"));
    file.exec("UPDATE answers SET fingerprint = 'another'");
    file.close();
    await fillFile(join(folder, "like.db"), 2);
    const alike = await copy(folder, "like.db", "to.db");
    assert.equal(alike.code, EXIT.failed);
    assert.match(
      alike.err,
      /Not the same on both sides: answers\. .*to\.db is no copy\. Nothing was written to it\./,
    );
  });

  it("leaves a system alone that is served, unless it is told otherwise, until it is dead", async (t) => {
    const folder = temporaryFolder(t);
    const [from, to] = [join(folder, "from.db"), join(folder, "to.db")];
    const child = spawned(folder, ["serve", NOTES, "--port", "0", "--store", "sqlite:from.db"]);
    t.after(() => child.kill("SIGKILL"));
    await once(child.stdout!, "data");
    while ((await using(from, ({ transfer }) => transfer.owners())).length === 0) await wait(20);
    const refused = await copy(folder, "from.db", "to.db");
    assert.equal(refused.code, EXIT.failed);
    assert.match(refused.err, /from\.db is being served, by a process with leases: stop it first/);
    assert.equal(existsSync(to), false);
    const forced = await copy(folder, "from.db", "forced.db", "--force");
    assert.doesNotMatch(forced.err, /is being served/);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    const { code, err } = await copy(folder, "from.db", "to.db");
    assert.equal(code, EXIT.ok, err);
  });

  it("says that the source was written to meanwhile", async (t) => {
    const folder = await filled(t, 20_000);
    const from = join(folder, "from.db");
    let isOver = false;
    const writing = using(from, async ({ generations }) => {
      for (let n = 0; !isOver; n++) {
        await generations.add("late", `print-${n}`);
        await wait(20);
      }
    });
    const { code, err } = await copy(folder, "from.db", "to.db");
    isOver = true;
    await writing;
    assert.equal(code, EXIT.failed);
    assert.match(
      err,
      /The source was written to while it was copied: stop what serves it first\. .*is no copy\. .*remove it/,
    );
    assert.ok(await unfinishedIn(join(folder, "to.db")));
    const again = await copy(folder, "from.db", "to.db");
    assert.equal(again.code, EXIT.failed);
    assert.match(
      again.err,
      /to\.db holds an unfinished copy of .*from\.db, which has changed since\. Remove it/,
    );
  });

  it("finds a record that is not as it was, and lets nobody serve the copy", async (t) => {
    const folder = await filled(t, 30);
    const [from, to] = [join(folder, "from.db"), join(folder, "to.db")];
    await using(from, (source) =>
      using(to, async ({ transfer }) => {
        await transfer.begin({ source: "from.db", mark: await markOf(source) });
        for (const section of SECTIONS) {
          const { records, place } = await source.transfer.read(section, null, 5000);
          const bent = records.map((record, at) =>
            section === "states" && at === 7 ? [...record.slice(0, 4), '{"total": 0}'] : record,
          );
          await transfer.write(section, null, { records: bent as typeof records, place });
        }
      }),
    );
    const { code, out, err } = await copy(folder, "from.db", "to.db");
    assert.equal(code, EXIT.failed);
    assert.match(
      err,
      /^Going on with the copy[\s\S]*Not the same on both sides: states\. .*to\.db is no copy/,
    );
    assert.match(out, /\nstates +30 +30 +[0-9a-f]{16} \/ [0-9a-f]{16} +DIFFERENT\n/);
    assert.match(out, /\nevents +30 +30 +[0-9a-f]{16} {21}same\n/);
    for (const argv of [
      ["serve", NOTES, "--port", "0"],
      ["park", "list"],
      ["backup", "b.db"],
    ]) {
      const child = spawned(folder, [...argv, "--store", "sqlite:to.db"]);
      const [[exitCode], said] = await Promise.all([once(child, "exit"), text(child.stderr!)]);
      assert.equal(exitCode, EXIT.failed, said);
      assert.match(said, /holds an unfinished copy of from\.db: finish it with plinth copy, or remove it/);
    }
  });

  it("tells how it goes on where the store fails", async (t) => {
    const folder = await filled(t, 20_000);
    const to = join(folder, "to.db");
    const copying = copy(folder, "from.db", "to.db");
    // By then it is written: what is made for an empty store is smaller.
    while (sizeOf(`${to}-wal`) < 500_000) await wait(1);
    renameSync(to, `${to}.moved`);
    const { code, out, err } = await copying;
    assert.deepEqual([code, out], [EXIT.failed, ""]);
    assert.match(
      err,
      /was moved, deleted or replaced while in use\. When that is over, the same command goes on/,
    );
  });

  it("does not go on with a copy of another store", async (t) => {
    const folder = await filled(t, 3);
    await fillFile(join(folder, "other.db"), 4);
    await using(join(folder, "to.db"), ({ transfer }) =>
      transfer.begin({ source: "sqlite:/other.db", mark: "x" }),
    );
    const { code, err } = await copy(folder, "from.db", "to.db");
    assert.equal(code, EXIT.failed);
    assert.match(err, /to\.db holds an unfinished copy of another store, sqlite:\/other\.db\. Remove it/);
  });
});

/** Starts the command in a process of its own, and kills it a while after it has begun to copy. */
async function killed(folder: string, afterMs: number): Promise<string> {
  const child = spawned(folder, ["copy", "--from", "sqlite:from.db", "--to", "sqlite:to.db"]);
  let said = "";
  child.stderr!.on("data", (chunk) => {
    said += chunk;
  });
  const exited = once(child, "exit");
  while (!/Copying \w+/.test(said) && child.exitCode === null) await wait(1);
  await wait(afterMs);
  child.kill("SIGKILL");
  await exited;
  assert.equal(child.signalCode, "SIGKILL", `it was killed, and had said:\n${said}`);
  return said;
}

describe("plinth copy, killed", () => {
  it("goes on where it was, and ends with the whole", { timeout: 120_000 }, async (t) => {
    const folder = await filled(t, 60_000);
    const to = join(folder, "to.db");
    const reached: string[] = [];
    for (const afterMs of [0, 15, 40, 80]) {
      const said = await killed(folder, afterMs);
      assert.equal(/Going on with the copy/.test(said), reached.length > 0, said);
      const { places } = (await unfinishedIn(to))!;
      reached.push(JSON.stringify(places));
    }
    assert.ok(new Set(reached).size > 1, `it went on: ${reached}`);
    assert.equal((await plinth(folder, ["park", "list", "--store", "sqlite:to.db"])).code, EXIT.failed);
    const { code, out, err } = await copy(folder, "from.db", "to.db");
    assert.equal(code, EXIT.ok, err);
    assert.match(err, /^Going on with the copy that was begun before\.\n/);
    assert.match(out, /\nevents +60,000 +60,000 .* same\n/);
    assert.deepEqual(contentOf(to), contentOf(join(folder, "from.db")));
    assert.equal((await plinth(folder, ["park", "list", "--store", "sqlite:to.db"])).code, EXIT.ok);
  });
});
