import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import type { PlinthError } from "@plinth/ports";
import { sqliteStore } from "./index.ts";
import { clock, deposit, freshPath, opened } from "./samples.ts";
import { openToWrite } from "./schema.ts";

function unavailable(words: RegExp) {
  return ({ code, message }: PlinthError) => {
    assert.equal(code, "unavailable");
    assert.match(message, words);
    return true;
  };
}

describe("opening a file", () => {
  test("makes it with its folders, for its owner alone", async (t) => {
    const path = join(dirname(freshPath(t)), "not", "there", "yet.db");
    await opened(t, { path });
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test("takes an empty file for a new store", async (t) => {
    const path = freshPath(t);
    writeFileSync(path, "");
    const store = await opened(t, { path });
    assert.equal(await store.log.head(), 0);
  });

  test("leaves a file that is no database as it is", async (t) => {
    const path = freshPath(t);
    writeFileSync(path, "Dear diary, ".repeat(1000));
    await assert.rejects(sqliteStore({ path, clock }), unavailable(/not a database/));
    assert.equal(readFileSync(path, "utf8"), "Dear diary, ".repeat(1000));
  });

  test("leaves the database of another program as it is", async (t) => {
    const path = freshPath(t);
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE diary (day TEXT)");
    other.close();
    const before = readFileSync(path);
    await assert.rejects(sqliteStore({ path, clock }), unavailable(/another program/));
    assert.deepEqual(readFileSync(path), before);
  });

  test("refuses what a newer Plinth wrote, and says which formats there are", async (t) => {
    const path = freshPath(t);
    await sqliteStore({ path, clock }).then((store) => store.close());
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    await assert.rejects(
      sqliteStore({ path, clock }),
      unavailable(/newer Plinth: it has format 99, this one knows 3/),
    );
  });

  test("refuses a file whose pages are damaged", async (t) => {
    const path = freshPath(t);
    await sqliteStore({ path, clock }).then((store) => store.close());
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 100));
    await assert.rejects(sqliteStore({ path, clock }), unavailable(/damaged/));
  });

  test("refuses a folder", async (t) => {
    await assert.rejects(
      sqliteStore({ path: dirname(freshPath(t)), clock }),
      unavailable(/cannot be used: EISDIR/),
    );
  });

  test("works from two sides at once on a file that is not there yet", async (t) => {
    const path = freshPath(t);
    const stores = await Promise.all([opened(t, { path }), opened(t, { path }), opened(t, { path })]);
    for (const [version, { log }] of stores.entries()) await log.append([deposit("a", version)]);
    assert.equal(await stores[0]!.log.version({ tenant: "main", entity: "account", id: "a" }), 3);
  });
});

test("a commit is on disk when it is acknowledged: the writer syncs at every one", async (t) => {
  const path = freshPath(t);
  await opened(t, { path });
  const writing = openToWrite(path, 0);
  t.after(() => writing.close());
  assert.deepEqual(writing.first("PRAGMA synchronous"), { synchronous: 2 });
  assert.deepEqual(writing.first("PRAGMA journal_mode"), { journal_mode: "wal" });
});

describe("closing", () => {
  test("leaves one file with everything in it", async (t) => {
    const path = freshPath(t);
    const store = await sqliteStore({ path, clock });
    await store.log.append([deposit("a", 0)]);
    await store.states.list("main", "account", { filters: [], sort: [], after: null, limit: 1 });
    await store.close();
    assert.deepEqual([existsSync(`${path}-wal`), existsSync(`${path}-shm`)], [false, false]);
    const file = new DatabaseSync(path, { readOnly: true });
    assert.equal(file.prepare("SELECT count(*) AS count FROM events").get()!.count, 1);
    file.close();
  });
});
