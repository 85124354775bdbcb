import { DatabaseSync } from "node:sqlite";
import fastify from "fastify";
import { type Deposit, type DepositRequest, type Reply, schema } from "./deposits.ts";
import { options } from "./options.ts";

/**
 * The deposits of examples/accounts as a competent engineer writes them by hand: Fastify validates, and one transaction
 * for each request writes the event, the state, the row of the view and the answer that a repeat gets.
 */
const database = new DatabaseSync(options<{ file: string }>().file);
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, account TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
    data TEXT NOT NULL, at TEXT NOT NULL, trace TEXT, UNIQUE (account, version)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, balance INTEGER NOT NULL, closed INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS balances (account TEXT PRIMARY KEY, balance INTEGER NOT NULL, at TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS balances_by_balance ON balances (balance);
  CREATE INDEX IF NOT EXISTS balances_by_at ON balances (at);
  CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`);
const begin = database.prepare("BEGIN IMMEDIATE");
const commit = database.prepare("COMMIT");
const rollback = database.prepare("ROLLBACK");
const findAnswer = database.prepare("SELECT request, answer FROM answers WHERE key = ?");
const findAccount = database.prepare("SELECT version, balance, closed FROM accounts WHERE id = ?");
const addEvent = database.prepare(
  "INSERT INTO events (account, version, type, data, at, trace) VALUES (?, ?, 'deposited', ?, ?, ?)",
);
const keepAccount = database.prepare("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, 0)");
const keepBalance = database.prepare("INSERT OR REPLACE INTO balances VALUES (?, ?, ?)");
const addAnswer = database.prepare("INSERT INTO answers VALUES (?, ?, ?, ?)");

type Account = { version: number; balance: number; closed: number };

function transact(work: () => Reply): Reply {
  begin.run();
  try {
    const reply = work();
    commit.run();
    return reply;
  } catch (error) {
    rollback.run();
    throw error;
  }
}

function deposit(id: string, input: Deposit, key: string, trace: string | null): Reply {
  const data = JSON.stringify(input);
  const request = `${id} ${data}`;
  const before = findAnswer.get(key) as { request: string; answer: string } | undefined;
  if (before?.request === request) return { status: 200, answer: before.answer };
  if (before) return { status: 422, answer: '{"code":"idempotency_key_reused"}' };
  const account = (findAccount.get(id) ?? { version: 0, balance: 0, closed: 0 }) as Account;
  if (account.closed) return { status: 409, answer: '{"code":"account_closed"}' };
  const version = account.version + 1;
  const balance = account.balance + input.amount;
  const at = new Date().toISOString();
  const { lastInsertRowid: position } = addEvent.run(id, version, data, at, trace);
  keepAccount.run(id, version, balance);
  keepBalance.run(id, balance, at);
  const answer = JSON.stringify({
    id,
    version,
    position: Number(position),
    state: { balance, closed: false },
  });
  addAnswer.run(key, request, answer, at);
  return { status: 200, answer };
}

const server = fastify({ logger: false });
server.get("/health/ready", (_request, reply) => void reply.send());
server.get("/balances", (_request, reply) => {
  reply.send(database.prepare("SELECT * FROM balances ORDER BY account LIMIT 50").all());
});
server.post<DepositRequest>("/accounts/:id/deposit", { schema }, (request, reply) => {
  const { params, body, headers } = request;
  const { status, answer } = transact(() =>
    deposit(params.id, body, headers["idempotency-key"], headers.traceparent ?? null),
  );
  reply.code(status).type("application/json").send(answer);
});
await server.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
