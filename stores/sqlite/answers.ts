import type { Answer, CommandRecord, Commit } from "@plinth/ports";
import type { Database } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const FIND_ANSWER = `
  SELECT tenant, entity, key, version, position, events, fingerprint, refusal
  FROM commands JOIN streams ON streams.id = commands.stream
  WHERE commands.id = ?`;

const ADD_ANSWER = `
  INSERT INTO commands (id, stream, version, position, events, fingerprint, refusal, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

const FORGET_ANSWERS = `
  DELETE FROM commands
  WHERE id IN (SELECT id FROM commands WHERE at < ? ORDER BY at LIMIT ?)`;

/** An answer with the columns of the stream that it is about. */
type FoundAnswer = Omit<Answer, "stream"> & { tenant: string; entity: string; key: string };

/** The first answer to a command id, or null. */
export function findAnswer(database: Database, commandId: string): Answer | null {
  const found = database.first<FoundAnswer>(FIND_ANSWER, commandId);
  if (!found) return null;
  const { tenant, entity, key, ...answer } = found;
  return { stream: { tenant, entity, id: key }, ...answer };
}

/** Keeps the first answer to a command id; false where there is one already. */
export function addAnswer(
  { database }: Transaction,
  { id, fingerprint, refusal }: CommandRecord,
  { events, at }: Commit,
  stream: number,
  version: number,
  position: number,
): boolean {
  return database.run(ADD_ANSWER, id, stream, version, position, events.length, fingerprint, refusal, at) > 0;
}

export function forgetAnswers({ database }: Transaction, before: string, limit: number): number {
  return database.run(FORGET_ANSWERS, before, limit);
}
