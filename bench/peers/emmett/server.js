import { CommandHandler, projections } from "@event-driven-io/emmett";
import { getPostgreSQLEventStore, pongoSingleStreamProjection } from "@event-driven-io/emmett-postgresql";
import express from "express";

/**
 * Deposits with Emmett, as its PostgreSQL sample with Express has it: a command handler that folds the stream and appends,
 * and an inline projection into a document. It has no idempotency keys: a repeated request deposits again.
 */
const initialState = () => ({ balance: 0, closed: false });

const evolve = (account, { type, data }) => {
  switch (type) {
    case "Deposited":
      return { ...account, balance: account.balance + data.amount };
    case "Closed":
      return { ...account, closed: true };
    default:
      return account;
  }
};

const deposit = (account, data, metadata) => {
  if (account.closed) throw new Error("A closed account takes no deposits.");
  return { type: "Deposited", data, metadata };
};

const balances = pongoSingleStreamProjection({
  collectionName: "balances",
  canHandle: ["Deposited", "Closed"],
  initialState: () => ({ balance: 0, at: "" }),
  evolve: (row, { type, data }) =>
    type === "Closed" ? null : { balance: row.balance + data.amount, at: data.at },
});

const store = getPostgreSQLEventStore(process.env.DATABASE_URL, {
  projections: projections.inline([balances]),
});
await store.schema.migrate();
const handle = CommandHandler({
  evolve,
  initialState,
  mapToStreamId: (id) => `account-${id}`,
  retry: { onVersionConflict: true },
});

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(express.json());
app.get("/health/ready", (_request, response) => response.end());
app.get("/accounts/:id", async ({ params }, response) => {
  const { state } = await store.aggregateStream(`account-${params.id}`, { evolve, initialState });
  response.json(state);
});
app.post("/accounts/:id/deposit", async ({ params, body, headers }, response) => {
  const { amount, note = "" } = body;
  if (!Number.isInteger(amount) || amount < 1) return void response.status(422).end();
  const data = { amount, note, at: new Date().toISOString() };
  const metadata = { trace: headers.traceparent };
  const { newState, nextExpectedStreamVersion } = await handle(store, params.id, (account) =>
    deposit(account, data, metadata),
  );
  response.json({ id: params.id, version: Number(nextExpectedStreamVersion), state: newState });
});
app.listen(Number(process.env.PORT), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
