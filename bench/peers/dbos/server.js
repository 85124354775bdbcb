import { DBOS } from "@dbos-inc/dbos-sdk";
import { DrizzleDataSource } from "@dbos-inc/drizzle-datasource";
import { sql } from "drizzle-orm";
import express from "express";
import { Pool } from "pg";

/**
 * Deposits with DBOS Transact, as its documentation has it: a workflow whose id is the idempotency key, with one
 * transaction of a datasource in it, behind Express.
 */
const connectionString = process.env.DATABASE_URL;
const source = new DrizzleDataSource("accounts", { connectionString });

const add = (id, amount) => sql`
  INSERT INTO accounts (id, version, balance, at) VALUES (${id}, 1, ${amount}, now())
  ON CONFLICT (id) DO UPDATE
  SET version = accounts.version + 1, balance = accounts.balance + excluded.balance, at = excluded.at
  WHERE NOT accounts.closed
  RETURNING version, balance`;

const record = (id, version, { amount, note, trace }) => sql`
  INSERT INTO deposits (account, version, amount, note, trace)
  VALUES (${id}, ${version}, ${amount}, ${note}, ${trace})`;

const deposit = source.registerTransaction(
  async (id, input) => {
    const { rows } = await source.client.execute(add(id, input.amount));
    if (rows.length === 0) throw new Error("A closed account takes no deposits.");
    const [{ version, balance }] = rows;
    await source.client.execute(record(id, version, input));
    return { id, version, state: { balance: Number(balance), closed: false } };
  },
  { name: "deposit" },
);
const depositWorkflow = DBOS.registerWorkflow((id, input) => deposit(id, input), { name: "depositWorkflow" });

const pool = new Pool({ connectionString });
await pool.query(`
  CREATE TABLE IF NOT EXISTS accounts (
    id text PRIMARY KEY, version integer NOT NULL, balance bigint NOT NULL, at timestamptz NOT NULL,
    closed boolean NOT NULL DEFAULT false
  );
  CREATE INDEX IF NOT EXISTS accounts_by_balance ON accounts (balance);
  CREATE INDEX IF NOT EXISTS accounts_by_at ON accounts (at);
  CREATE TABLE IF NOT EXISTS deposits (
    account text NOT NULL, version integer NOT NULL, amount integer NOT NULL, note text NOT NULL, trace text,
    PRIMARY KEY (account, version)
  );
`);
DBOS.setConfig({ name: "accounts", systemDatabaseUrl: connectionString, logLevel: "error" });
await DBOS.launch();

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(express.json());
app.get("/health/ready", (_request, response) => response.end());
app.get("/accounts/:id", async ({ params }, response) => {
  const { rows } = await pool.query("SELECT balance FROM accounts WHERE id = $1", [params.id]);
  response.json({ balance: Number(rows[0]?.balance ?? 0) });
});
app.post("/accounts/:id/deposit", async ({ params, body, headers }, response) => {
  const { amount, note = "" } = body;
  if (!Number.isInteger(amount) || amount < 1) return void response.status(422).end();
  const input = { amount, note, trace: headers.traceparent ?? null };
  const workflowID = headers["idempotency-key"];
  const handle = await DBOS.startWorkflow(depositWorkflow, { workflowID })(params.id, input);
  response.json(await handle.getResult());
});
app.listen(Number(process.env.PORT), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
