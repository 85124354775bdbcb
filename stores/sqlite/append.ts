import type { Condition, NewEvent, Outcome, UniqueChange } from "@plinth/ports";
import { addAnswer, findAnswer, forgetAnswers } from "./answers.ts";
import { type Flat, type Numbered, unflatten } from "./commits.ts";
import type { Database } from "./connection.ts";
import type { KnownStream } from "./known.ts";
import { keepState } from "./states.ts";
import { advance, keepHead, knownStream, streamId } from "./streams.ts";
import type { Transaction } from "./transaction.ts";

const HEAD = `
  SELECT coalesce(max(position), (SELECT value FROM counters WHERE name = 'log start')) AS head
  FROM events`;

const ADD_EVENT = `
  INSERT INTO events (position, stream, version, previous, type, data, at, actor, trace)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const FIND_EVENT_TYPE = "SELECT id FROM event_types WHERE entity = ? AND name = ?";

const ADD_EVENT_TYPE = "INSERT INTO event_types (entity, name) VALUES (?, ?) RETURNING id";

/** CROSS JOIN keeps the order: from the few events of late to their streams. */
const FIND_CHANGE = `
  SELECT 1
  FROM events CROSS JOIN streams ON streams.id = events.stream
  WHERE events.position > ? AND streams.tenant = ? AND streams.entity IN (SELECT value FROM json_each(?))
  LIMIT 1`;

const FIND_HOLDER = "SELECT stream FROM unique_values WHERE tenant = ? AND name = ? AND value = ?";

const RELEASE = "DELETE FROM unique_values WHERE tenant = ? AND name = ? AND value = ? AND stream = ?";

export const CLAIM = `
  INSERT INTO unique_values (tenant, name, value, stream) VALUES (?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

/** What became of a commit, as it travels: the position alone where it was accepted. */
export type Verdict = number | Exclude<Outcome, { kind: "accepted" }>;

export const logWrites = {
  append(transaction: Transaction, flat: Flat): readonly Verdict[] {
    const verdicts = unflatten(flat).map((commit) => judge(transaction, commit));
    transaction.known.answers.step(transaction.database);
    return verdicts;
  },
  answer: findAnswer,
  forget: forgetAnswers,
};

/** The last position. */
export function findHead(database: Database): number {
  return database.first<{ head: number }>(HEAD)!.head;
}

/** A repeat is told before a conflict, which most repeats are too. */
function judge(transaction: Transaction, commit: Numbered): Verdict {
  const stream = knownStream(transaction, commit.stream);
  const objection = objectionTo(transaction, commit, stream);
  if (objection) return repeated(transaction, commit) ?? objection;
  return accept(transaction, commit, stream);
}

function repeated(transaction: Transaction, { command }: Numbered): Verdict | null {
  const answer = command && findAnswer(transaction, command.id);
  return answer && { kind: "duplicate", answer };
}

/** Why a commit that is no repeat is not accepted, in the order of the contract; null where it is. */
function objectionTo(transaction: Transaction, commit: Numbered, stream: KnownStream): Verdict | null {
  if (stream.version !== commit.expectedVersion) return { kind: "conflict" };
  if (commit.ahead && (stream.line === 0 || stream.line !== commit.line)) return { kind: "conflict" };
  if (!commit.conditions.every((condition) => holds(transaction, condition))) return { kind: "conflict" };
  const taken = commit.unique.find((change) => isTaken(transaction, commit, change, stream));
  return taken ? { kind: "taken", index: taken.index } : null;
}

function holds(transaction: Transaction, condition: Condition): boolean {
  if (condition.kind === "version")
    return knownStream(transaction, condition.stream).version === condition.version;
  const { after, tenant, entities } = condition;
  return transaction.database.first(FIND_CHANGE, after, tenant, JSON.stringify(entities)) === null;
}

function isTaken(
  { database }: Transaction,
  { stream: { tenant } }: Numbered,
  { index, claim }: UniqueChange,
  { id }: KnownStream,
): boolean {
  if (claim === null) return false;
  const holder = database.first<{ stream: number }>(FIND_HOLDER, tenant, index, claim);
  return holder !== null && holder.stream !== id;
}

/** Writes a commit and gives its position, but where its command id has an answer already. */
function accept(transaction: Transaction, commit: Numbered, stream: KnownStream): Verdict {
  const { database, known } = transaction;
  const { command, events } = commit;
  const id = streamId(transaction, stream, commit.stream);
  let position = known.head(() => findHead(database));
  const answer = [id, stream.version + events.length, position + events.length] as const;
  const first = command && addAnswer(transaction, command, commit, ...answer);
  if (first) return { kind: "duplicate", answer: first };
  for (const event of events) addEvent(transaction, commit, event, stream, ++position);
  known.moveHead(position);
  if (events.length > 0) stream.line = commit.line;
  if (commit.state !== null) keepState(transaction, commit.stream, stream, commit.state);
  else if (events.length > 0) keepHead(transaction, stream);
  if (commit.unique.length > 0) hold(transaction, commit, id);
  return position;
}

/** Writes an event and moves its stream on to it. */
export function addEvent(
  transaction: Transaction,
  { stream: { entity }, at, actor, trace }: Pick<Numbered, "stream" | "at" | "actor" | "trace">,
  { type, data }: NewEvent,
  stream: KnownStream,
  position: number,
): void {
  const { id, position: previous } = stream;
  const typeId = eventTypeId(transaction, entity, type);
  advance(transaction, stream, position);
  transaction.database.run(ADD_EVENT, position, id, stream.version, previous, typeId, data, at, actor, trace);
}

function eventTypeId({ database, known }: Transaction, entity: string, name: string): number {
  const key = `${entity}\0${name}`;
  const remembered = known.eventTypes.get(key);
  if (remembered !== undefined) return remembered;
  const { id } =
    database.first<{ id: number }>(FIND_EVENT_TYPE, entity, name) ??
    database.first<{ id: number }>(ADD_EVENT_TYPE, entity, name)!;
  known.eventTypes.set(key, id);
  return id;
}

/** Releases before claims, so that two values can be exchanged. */
function hold({ database }: Transaction, { stream: { tenant }, unique }: Numbered, id: number): void {
  for (const { index, release } of unique)
    if (release !== null) database.run(RELEASE, tenant, index, release, id);
  for (const { index, claim } of unique) if (claim !== null) database.run(CLAIM, tenant, index, claim, id);
}
