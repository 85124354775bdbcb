import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { postgresStore } from "@plinth/postgres";
import { sqliteStore } from "@plinth/sqlite";
import { type CreateStore, copyingConformance } from "@plinth/testing/conformance";
import { noPostgres, sharedPostgres } from "../../servers/postgres.ts";

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
}
