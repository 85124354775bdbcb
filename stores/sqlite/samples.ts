/** What the tests of this package work with. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Clock, Commit, Store } from "@plinth/ports";
import { type SqliteStoreOptions, sqliteStore } from "./index.ts";

/** The machine's own time. */
export const clock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** A path in a folder that is removed when the test ends. */
export function freshPath(test: TestContext, name = "store.db"): string {
  const folder = mkdtempSync(join(tmpdir(), "plinth-sqlite-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** A store that is closed when the test ends. */
export async function opened(test: TestContext, options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const store = await sqliteStore({ path: freshPath(test), clock, ...options });
  test.after(() => store.close());
  return store;
}

/** A deposit to an account. */
export function deposit(id: string, expectedVersion: number, parts: Partial<Commit> = {}): Commit {
  return {
    stream: { tenant: "main", entity: "account", id },
    expectedVersion,
    events: [{ type: "account.deposited", data: '{"amount":5}' }],
    state: `{"balance":${(expectedVersion + 1) * 5}}`,
    command: null,
    unique: [],
    conditions: [],
    at: "2030-01-01T00:00:00.000Z",
    actor: "anna",
    trace: null,
    ...parts,
  };
}
