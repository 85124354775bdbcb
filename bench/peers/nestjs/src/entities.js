import { EntitySchema } from "typeorm";

/** The tables, as TypeORM describes them without decorators. */
const text = { type: "text" };
const bigint = { type: "bigint" };
const at = { type: "timestamptz" };
const identity = { type: "bigint", primary: true, generated: "identity" };

export const Account = new EntitySchema({
  name: "accounts",
  columns: {
    id: { ...text, primary: true },
    version: { type: "integer" },
    balance: bigint,
    closed: { type: "boolean" },
  },
});

export const Event = new EntitySchema({
  name: "events",
  columns: {
    position: identity,
    account: text,
    version: { type: "integer" },
    type: text,
    data: { type: "jsonb" },
    at,
    trace: { ...text, nullable: true },
  },
  uniques: [{ columns: ["account", "version"] }],
});

export const Message = new EntitySchema({
  name: "outbox",
  columns: { id: identity, topic: text, key: text, payload: { type: "jsonb" } },
});

export const Answer = new EntitySchema({
  name: "answers",
  columns: { key: { ...text, primary: true }, answer: { type: "jsonb" }, at },
});

export const Balance = new EntitySchema({
  name: "balances",
  columns: { account: { ...text, primary: true }, balance: bigint, at },
  indices: [{ columns: ["balance"] }, { columns: ["at"] }],
});
