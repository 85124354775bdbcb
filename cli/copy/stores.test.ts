import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { postgresStore } from "@plinth/postgres";
import { sqliteStore } from "@plinth/sqlite";
import { type CreateStore, copyingConformance } from "@plinth/testing/conformance";
import { noPostgres, sharedPostgres } from "../../servers/postgres.ts";
import { EXIT } from "../failure.ts";
import { plinth, temporaryFolder } from "../shell.fixture.ts";
import { contentOf, fillFile } from "./systems.fixture.ts";

const inFile: CreateStore = async (options) => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-copy-"));
  const store = await sqliteStore({ ...options, path: join(folder, "store.db") });
  return { store, remove: async () => rmSync(folder, { recursive: true }) };
};

const onServer: CreateStore = async (options) => {
  const url = await (await sharedPostgres("bundled")).createDatabase();
  return { store: await postgresStore({ ...options, url, connectionsMax: 4 }) };
};

const reason = noPostgres("bundled");
if (reason) test("a system is copied from SQLite to PostgreSQL, and back", { skip: reason });
else {
  copyingConformance(inFile, onServer);
  copyingConformance(onServer, inFile);

  test("plinth copy moves a file to PostgreSQL and back, and knows it again", {
    timeout: 60_000,
  }, async (t) => {
    const folder = temporaryFolder(t);
    await fillFile(join(folder, "from.db"), 12_000);
    const url = await (await sharedPostgres("bundled")).createDatabase();
    const copy = (from: string, to: string) => plinth(folder, ["copy", "--from", from, "--to", to]);
    const there = await copy("sqlite:from.db", url);
    assert.equal(there.code, EXIT.ok, there.err);
    const back = await copy(url, "sqlite:back.db");
    assert.equal(back.code, EXIT.ok, back.err);
    assert.deepEqual(tableOf(back.out), tableOf(there.out));
    assert.deepEqual(contentOf(join(folder, "back.db")), contentOf(join(folder, "from.db")));
    const again = await copy("sqlite:from.db", url);
    assert.match(again.err, /^It seems to be copied already/);
    assert.equal(again.code, EXIT.ok, again.err);
    const { password } = new URL(url);
    assert.ok(![there, back, again].some(({ out, err }) => (out + err).includes(password)));
  });
}

/** All but the last line, which names the copy. */
function tableOf(out: string): readonly string[] {
  return out.trimEnd().split("\n").slice(0, -1);
}
