import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import type { Served } from "../served.ts";
import type { Problem } from "./ledger.ts";
import { complaints, end, root, serveAccounts, until } from "./service.ts";

const ACCOUNTS = 300;
const PAGE_BYTES = 4096;

/** A folder with the database of a service that has ended well: each account holds its number. */
async function filled(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-damage-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const service = await serveAccounts(folder);
  t.after(() => end(service));
  await depositEach(service.url, ACCOUNTS, "first", (account) => account);
  const last = await fetch(`${service.url}/balances?limit=1`, {
    headers: { "plinth-at-least": `${ACCOUNTS}` },
  });
  assert.equal(last.status, 200);
  assert.equal(await service.stop(), 0);
  return folder;
}

/** Deposits into the first accounts, some at a time. */
async function depositEach(
  url: string,
  accounts: number,
  round: string,
  amountOf: (account: number) => number,
): Promise<void> {
  const left = Array.from({ length: accounts }, (_, index) => index + 1).values();
  const client = async () => {
    for (const account of left) {
      const response = await fetch(`${url}/accounts/${account}/deposit`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": `${round}-${account}` },
        body: JSON.stringify({ amount: amountOf(account) }),
      });
      assert.ok(response.ok, await response.text());
    }
  };
  await Promise.all(Array.from({ length: 10 }, client));
}

/** Overwrites one page of a table's rows, as a disk does that gives back other bytes than it was given. */
function damage(folder: string, table: string): void {
  const path = join(folder, "app.db");
  const database = new DatabaseSync(path, { readOnly: true });
  const leaves =
    "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 1";
  const { pageno } = database.prepare(leaves).get(table) as { pageno: number };
  database.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(PAGE_BYTES, "damage"), 0, PAGE_BYTES, (pageno - 1) * PAGE_BYTES);
  closeSync(file);
}

/** What is read at a path for each account: its balance, or the code of the error. */
async function balances(url: string, path: "accounts" | "balances"): Promise<readonly (number | string)[]> {
  const found: (number | string)[] = [];
  for (let account = 1; account <= ACCOUNTS; account++) {
    const response = await fetch(`${url}/${path}/${account}`);
    const body = (await response.json()) as Problem & { balance: number; state: { balance: number } };
    if (response.status === 503) assert.match(body.detail, /^The database file is damaged/);
    found.push(response.ok ? (path === "accounts" ? body.state.balance : body.balance) : body.code);
  }
  return found;
}

/** Every account's own number is read of it, or that it is not to be had: never another one. */
function checkRight(found: readonly (number | string)[]): void {
  for (const [index, balance] of found.entries())
    if (balance !== "unavailable") assert.equal(balance, index + 1, `account ${index + 1}`);
}

function plinth(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync("plinth", args, {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` },
    encoding: "utf8",
  });
  return { status, printed: stdout + stderr };
}

function errorsOf(service: Served): readonly string[] {
  return complaints(service)
    .filter(({ level }) => level === "error")
    .map(({ error }) => String(error));
}

const LONG = { timeout: 120_000 };

test(
  "a damaged view says so, the rest goes on, and a rebuild mends it while the service runs",
  LONG,
  async (t) => {
    const folder = await filled(t);
    damage(folder, "view_balances_1");
    const service = await serveAccounts(folder);
    t.after(() => end(service));
    const { url } = service;
    const found = await balances(url, "balances");
    checkRight(found);
    const lost = found.filter((balance) => balance === "unavailable").length;
    assert.ok(lost > 0 && lost < ACCOUNTS, `${lost} rows are on the damaged page`);
    const { reasons } = await until(url, 503, 3000);
    assert.match(reasons.join(), /The database file is damaged\. Rebuild .*, or bring back a backup/);
    checkRight(await balances(url, "accounts"));
    // The log is sound: whoever writes to an account need not know what is made of it.
    await depositEach(url, 40, "second", () => 1);

    const store = `sqlite:${folder}/app.db`;
    const { status, printed } = plinth("rebuild", "balances", "examples/accounts", "--store", store);
    assert.equal(status, 0, printed);
    assert.match(printed, /balances is rebuilt/);
    await until(url, 200, 10_000);
    const rebuilt = await balances(url, "balances");
    assert.deepEqual(
      rebuilt,
      Array.from({ length: ACCOUNTS }, (_, index) => index + 1 + (index < 40 ? 1 : 0)),
    );
    assert.ok(errorsOf(service).length <= 2, JSON.stringify(complaints(service)));
    assert.equal(await service.stop(), 0);
  },
);

test(
  "a log that is damaged while a service runs is never built upon, and a backup takes its place",
  LONG,
  async (t) => {
    const folder = await filled(t);
    const [path, copy] = [join(folder, "app.db"), join(folder, "copy.db")];
    const store = `sqlite:${path}`;
    assert.equal(plinth("backup", copy, "--store", store).status, 0);
    const service = await serveAccounts(folder);
    t.after(() => end(service));
    damage(folder, "events");

    const { status, printed } = plinth("rebuild", "balances", "examples/accounts", "--store", store);
    assert.equal(status, 1, printed);
    assert.match(printed, /The database file is damaged/);
    const right = Array.from({ length: ACCOUNTS }, (_, index) => index + 1);
    assert.deepEqual(await balances(service.url, "balances"), right, "the old build answers");
    assert.deepEqual(await balances(service.url, "accounts"), right);
    assert.equal(await service.stop(), 0);

    for (const left of ["app.db-wal", "app.db-shm"]) rmSync(join(folder, left), { force: true });
    copyFileSync(copy, path);
    const restored = await serveAccounts(folder);
    t.after(() => end(restored));
    assert.deepEqual(await balances(restored.url, "accounts"), right);
    assert.equal(plinth("rebuild", "balances", "examples/accounts", "--store", store).status, 0);
    assert.deepEqual(await balances(restored.url, "balances"), right);
    assert.deepEqual(errorsOf(restored), []);
  },
);
