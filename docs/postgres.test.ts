import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { served } from "../resilience/served.ts";
import { noPostgres, sharedPostgres } from "../servers/postgres.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
const EXAMPLE = "postgres://me:secret@localhost/app";

it("the page's four commands move a service to three processes", {
  skip: noPostgres("bundled"),
  timeout: 90_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-docs-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const database = await (await sharedPostgres("bundled")).createDatabase();
  const commands = read("./postgres.sh")
    .match(/^npx plinth .*$/gm)!
    .map((line) => line.replaceAll("./data", folder).replace(EXAMPLE, database));
  const [copy, ...others] = commands as [string, ...string[]];
  const nodes = others.filter((line) => line.includes(" serve "));
  assert.equal(nodes.length, 3);

  const before = await served(
    root,
    `npx plinth serve examples/accounts --store sqlite:${folder}/app.db --port 0`,
  );
  const first = await deposit(before.url, 5, "k1");
  assert.equal(await before.stop(), 0);
  await plinth(copy);
  await plinth(others.find((line) => line.includes(" migrate "))!);
  const running = await Promise.all(
    nodes.map((line) => served(root, line.replace(/ --port \d+ &$/, " --port 0"))),
  );
  try {
    for (const { url } of running)
      assert.deepEqual(await deposit(url, 5, "k1"), first, "a repeat gets its first answer");
    const [one, two, three] = running.map(({ url }) => url) as [string, string, string];
    const second = await deposit(one, 7, "k2");
    assert.deepEqual(await json(`${two}/accounts/anna`), { id: "anna", version: 2, state: second.state });
    const rows = await json(`${three}/balances`, { "plinth-at-least": String(second.position) });
    assert.equal((rows as { items: { balance: number }[] }).items[0]!.balance, 12);
    await ask(database);
  } finally {
    for (const node of running) assert.equal(await node.stop(), 0);
  }
});

/** Runs the page's SQL: each statement must find something. */
async function ask(database: string): Promise<void> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    for (const statement of read("./postgres.sql").split(/;\n/).slice(0, -1))
      assert.ok((await client.query(statement)).rows.length > 0, statement);
  } finally {
    await client.end();
  }
}

interface Deposited {
  readonly position: number;
  readonly state: object;
}

async function deposit(url: string, amount: number, key: string): Promise<Deposited> {
  const reply = await fetch(`${url}/accounts/anna/deposit`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ amount, note: "" }),
  });
  return (await reply.json()) as Deposited;
}

async function json(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  return (await fetch(url, { headers })).json();
}

async function plinth(line: string): Promise<void> {
  const [name, ...args] = line.replace("npx ", "").split(" ");
  const PATH = `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}`;
  await promisify(execFile)(name!, args, { cwd: root, env: { ...process.env, PATH } });
}
