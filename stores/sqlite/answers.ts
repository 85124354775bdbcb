import type { Answer, CommandRecord, Commit } from "@plinth/ports";
import type { Database, Value } from "./connection.ts";
import { hashOf } from "./hash.ts";
import { findable } from "./texts.ts";
import type { Transaction } from "./transaction.ts";

const FIND_ANSWER = `
  SELECT tenant, entity, key, answers.version, answers.position, events, fingerprint, refusal
  FROM answers CROSS JOIN streams ON streams.id = answers.stream
  WHERE n = ? AND answers.id = ?`;

const ADD_ANSWER = `
  INSERT INTO answers (n, hash, id, stream, version, position, events, fingerprint, refusal, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const FIND_OLDEST = "SELECT min(n) AS oldest FROM answers";

const FIND_TIME = "SELECT n, at FROM answers WHERE n >= ? ORDER BY n LIMIT 1";

const FORGET_ANSWERS = `
  DELETE FROM answers
  WHERE n IN (SELECT n FROM answers WHERE n < ? AND at < ? ORDER BY n LIMIT ?)`;

/** The first answer to a command id, or null. */
export function findAnswer({ database, known }: Transaction, commandId: string): Answer | null {
  return answerAmong(database, known.answers.find(database, hashOf(commandId)), commandId);
}

function answerAmong(database: Database, numbers: readonly number[], commandId: string): Answer | null {
  for (const n of numbers) {
    const found = database.first<FoundAnswer>(FIND_ANSWER, n, findable(commandId));
    if (!found) continue;
    const { tenant, entity, key, ...answer } = found;
    return { stream: { tenant, entity, id: key }, ...answer };
  }
  return null;
}

/** An answer with the columns of the stream that it is about. */
type FoundAnswer = Omit<Answer, "stream"> & { tenant: string; entity: string; key: string };

/** Keeps the first answer to a command id; where there is one already, gives that and changes nothing. */
export function addAnswer(
  { database, known }: Transaction,
  { id, fingerprint, refusal }: CommandRecord,
  { events, at }: Pick<Commit, "events" | "at">,
  stream: number,
  version: number,
  position: number,
): Answer | null {
  const hash = hashOf(id);
  const first = answerAmong(database, known.answers.find(database, hash), id);
  if (first) return first;
  const n = known.answers.add(database, hash);
  database.run(ADD_ANSWER, n, hash, id, stream, version, position, events.length, fingerprint, refusal, at);
  return null;
}

/** Keeps an answer to a command id that has none: the values of `ADD_ANSWER` from the version on. */
export function keepAnswer(
  { database, known }: Transaction,
  id: string,
  stream: number,
  values: readonly Value[],
): void {
  const hash = hashOf(id);
  database.run(ADD_ANSWER, known.answers.add(database, hash), hash, id, stream, ...values);
}

/**
 * Answers come in the order of their times, but for a clock that was set: so a search by halves finds where those of
 * before end, and what is younger among them stays.
 */
export function forgetAnswers({ database }: Transaction, before: string, limit: number): number {
  const { oldest } = database.first<{ oldest: number | null }>(FIND_OLDEST)!;
  if (oldest === null) return 0;
  const end = firstSince(database, before, oldest);
  return database.run(FORGET_ANSWERS, end, before, limit);
}

/** Number after that of the last answer that is older than this time. */
function firstSince(database: Database, before: string, oldest: number): number {
  let [low, high] = [oldest, lastNumber(database) + 1];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const found = database.first<{ n: number; at: string }>(FIND_TIME, middle)!;
    if (found.at < before) low = found.n + 1;
    else high = middle;
  }
  return low;
}

function lastNumber(database: Database): number {
  return database.first<{ last: number }>("SELECT max(n) AS last FROM answers")!.last;
}
