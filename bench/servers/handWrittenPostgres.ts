import fastify from "fastify";
import { Pool, type PoolClient, types } from "pg";
import { type Deposit, type DepositRequest, type Reply, schema } from "./deposits.ts";
import { options } from "./options.ts";

/**
 * The deposits of examples/accounts as a competent engineer writes them by hand on PostgreSQL: Fastify validates, and one
 * transaction for each request locks the account and writes the event, its message for others, the state, the row of the
 * view and the answer that a repeat gets. Statements are prepared.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account text NOT NULL, version integer NOT NULL,
    type text NOT NULL, data jsonb NOT NULL, at timestamptz NOT NULL, trace text, UNIQUE (account, version)
  );
  CREATE TABLE IF NOT EXISTS accounts (
    id text PRIMARY KEY, version integer NOT NULL, balance bigint NOT NULL, closed boolean NOT NULL
  );
  CREATE TABLE IF NOT EXISTS balances (account text PRIMARY KEY, balance bigint NOT NULL, at timestamptz NOT NULL);
  CREATE INDEX IF NOT EXISTS balances_by_balance ON balances (balance);
  CREATE INDEX IF NOT EXISTS balances_by_at ON balances (at);
  CREATE TABLE IF NOT EXISTS outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, key text NOT NULL, payload jsonb NOT NULL
  );
  CREATE TABLE IF NOT EXISTS answers (
    key text PRIMARY KEY, request text NOT NULL, answer text NOT NULL, at timestamptz NOT NULL
  );
`;

const FIND_ANSWER = "SELECT request, answer FROM answers WHERE key = $1";
const LOCK_ACCOUNT = "SELECT version, balance, closed FROM accounts WHERE id = $1 FOR UPDATE";
const ADD_ACCOUNT = "INSERT INTO accounts VALUES ($1, 0, 0, false) ON CONFLICT (id) DO NOTHING";
const ADD_EVENT = `
  INSERT INTO events (account, version, type, data, at, trace) VALUES ($1, $2, 'deposited', $3, $4, $5)
  RETURNING position`;
const ADD_MESSAGE = "INSERT INTO outbox (topic, key, payload) VALUES ('account.deposited', $1, $2)";
const KEEP_ACCOUNT = "UPDATE accounts SET version = $2, balance = $3 WHERE id = $1";
const KEEP_BALANCE = `
  INSERT INTO balances VALUES ($1, $2, $3)
  ON CONFLICT (account) DO UPDATE SET balance = excluded.balance, at = excluded.at`;
const ADD_ANSWER = "INSERT INTO answers VALUES ($1, $2, $3, $4)";

/** More of them do not make it faster on two cores. */
const CONNECTIONS = 20;

interface Account {
  readonly version: number;
  readonly balance: number;
  readonly closed: boolean;
}

types.setTypeParser(types.builtins.INT8, Number);
const pool = new Pool({ connectionString: options<{ url: string }>().url, max: CONNECTIONS });
await pool.query(TABLES);

/** Prepared once on each connection, by its name. */
async function rows<Row>(client: PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
  return (await client.query({ name: text.slice(0, 60), text, values: [...values] })).rows;
}

async function transact(work: (client: PoolClient) => Promise<Reply>): Promise<Reply> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const reply = await work(client);
    await client.query("COMMIT");
    return reply;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

/** The account, which nobody else changes until the end of the transaction. */
async function locked(client: PoolClient, id: string): Promise<Account> {
  const [found] = await rows<Account>(client, LOCK_ACCOUNT, [id]);
  if (found) return found;
  await rows(client, ADD_ACCOUNT, [id]);
  return (await rows<Account>(client, LOCK_ACCOUNT, [id]))[0]!;
}

async function deposit(
  client: PoolClient,
  id: string,
  input: Deposit,
  key: string,
  trace: string | null,
): Promise<Reply> {
  const data = JSON.stringify(input);
  const request = `${id} ${data}`;
  const account = await locked(client, id);
  const [before] = await rows<{ request: string; answer: string }>(client, FIND_ANSWER, [key]);
  if (before?.request === request) return { status: 200, answer: before.answer };
  if (before) return { status: 422, answer: '{"code":"idempotency_key_reused"}' };
  if (account.closed) return { status: 409, answer: '{"code":"account_closed"}' };
  const version = account.version + 1;
  const balance = account.balance + input.amount;
  const at = new Date().toISOString();
  const [event] = await rows<{ position: number }>(client, ADD_EVENT, [id, version, data, at, trace]);
  const { position } = event!;
  await rows(client, ADD_MESSAGE, [id, data]);
  await rows(client, KEEP_ACCOUNT, [id, version, balance]);
  await rows(client, KEEP_BALANCE, [id, balance, at]);
  const answer = JSON.stringify({ id, version, position, state: { balance, closed: false } });
  await rows(client, ADD_ANSWER, [key, request, answer, at]);
  return { status: 200, answer };
}

const server = fastify({ logger: false });
server.get("/health/ready", (_request, reply) => void reply.send());
server.get<{ Params: { id: string } }>("/accounts/:id", async ({ params }) => {
  const { rows } = await pool.query("SELECT balance FROM accounts WHERE id = $1", [params.id]);
  return rows[0] ?? { balance: 0 };
});
server.post<DepositRequest>("/accounts/:id/deposit", { schema }, async (request, reply) => {
  const { params, body, headers } = request;
  const { status, answer } = await transact((client) =>
    deposit(client, params.id, body, headers["idempotency-key"], headers.traceparent ?? null),
  );
  return reply.code(status).type("application/json").send(answer);
});
await server.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
