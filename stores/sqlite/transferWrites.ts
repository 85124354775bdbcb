import {
  type CopyOrigin,
  noCopy,
  notEmpty,
  type Place,
  PlinthError,
  type Section,
  type SectionRecords,
  unfinishedCopy,
} from "@plinth/ports";
import { keepAnswer } from "./answers.ts";
import { addEvent, CLAIM } from "./append.ts";
import { viewTable } from "./identifiers.ts";
import type { KnownStream } from "./known.ts";
import { PUT_PARKED } from "./parks.ts";
import { PUT_ROW, rowWrites } from "./rows.ts";
import { keepState } from "./states.ts";
import { keepHead, knownStream, streamId } from "./streams.ts";
import type { Transaction } from "./transaction.ts";
import { COPY_TABLE, countSections, type FlatPage, findCopy, recordsIn } from "./transferReads.ts";

/** Made by the copy that begins and removed by the one that ends: a finished copy is a file like any other. */
const CREATE_COPY = `
  CREATE TABLE ${COPY_TABLE} (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`;

const DROP_COPY = `DROP TABLE ${COPY_TABLE}`;

const NOTE = `
  INSERT INTO ${COPY_TABLE} (name, value) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET value = excluded.value`;

const SET_NUMBER = `
  INSERT INTO counters (name, value) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET value = excluded.value`;

const ADD_GENERATION = "INSERT INTO generations (view, generation, status, fingerprint) VALUES (?, ?, ?, ?)";

const ADD_SUBSCRIPTION = `
  INSERT INTO subscriptions (subscription, shard, position, owner, token, expires_at)
  VALUES (?, ?, ?, NULL, ?, 0)`;

const ADD_DISCARDED = `
  INSERT INTO discarded (id, subscription, position, key, error, reason, by, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const FIND_DISORDER = `
  SELECT 1
  FROM answers AS earlier CROSS JOIN answers AS later ON later.n = earlier.n + 1
  WHERE later.at < earlier.at
  LIMIT 1`;

/** Answers are forgotten by their times, which ascend with their numbers: not every store reads them in that order. */
const ORDER_ANSWERS = `
  CREATE TEMPORARY TABLE answers_in_order AS
  SELECT row_number() OVER (ORDER BY at, n), hash, id, stream, version, position, events, fingerprint, refusal, at
  FROM answers;

  DELETE FROM answers;
  INSERT INTO answers SELECT * FROM answers_in_order ORDER BY 1;
  DROP TABLE answers_in_order;

  DELETE FROM answers_by_hash;
  INSERT INTO answers_by_hash SELECT hash, n FROM answers ORDER BY hash;
  UPDATE answers_merged SET whole = last.n, partly = last.n, bucket = 0
  FROM (SELECT max(n) AS n FROM answers) AS last;
`;

/** What is written by a copy, and nothing else while there is one. */
export const transferWrites = {
  beginCopy({ database, known }: Transaction, origin: CopyOrigin): void {
    const begun = findCopy(database);
    if (begun) throw new PlinthError("already_exists", unfinishedCopy(begun.origin).message);
    const counts = countSections(database);
    const { numbers, ...others } = counts;
    if (numbers > 1 || Object.values(others).some((count) => count > 0)) throw notEmpty(counts);
    database.exec(CREATE_COPY);
    database.run(NOTE, "origin", JSON.stringify(origin));
    // From here to the end of the copy, whatever is known was learnt from it.
    known.forget();
  },

  writeSection(
    transaction: Transaction,
    section: Section,
    after: Place | null,
    page: FlatPage,
  ): Place | null {
    const copy = findCopy(transaction.database);
    if (!copy) throw noCopy();
    const reached = copy.places[section];
    if (reached !== after || page.place === null) return reached;
    put(transaction, section, recordsIn(page));
    transaction.database.run(NOTE, section, page.place);
    return page.place;
  },

  finishCopy({ database, known }: Transaction): void {
    if (!findCopy(database)) throw noCopy();
    if (database.first(FIND_DISORDER) !== null) database.exec(ORDER_ANSWERS);
    database.exec(DROP_COPY);
    known.forget();
  },
};

type Put<Name extends Section> = (transaction: Transaction, records: readonly SectionRecords[Name][]) => void;

const PUT: { readonly [Name in Section]: Put<Name> } = {
  numbers: ({ database }, records) => {
    for (const record of records) database.run(SET_NUMBER, ...record);
  },
  events: putEvents,
  answers: putAnswers,
  unique: putUnique,
  states: putStates,
  generations: putGenerations,
  rows: putRows,
  subscriptions: ({ database }, records) => {
    for (const record of records) database.run(ADD_SUBSCRIPTION, ...record);
  },
  parks: ({ database }, records) => {
    for (const record of records) database.run(PUT_PARKED, ...record);
  },
  discarded: ({ database }, records) => {
    for (const record of records) database.run(ADD_DISCARDED, ...record);
  },
};

function put<Name extends Section>(
  transaction: Transaction,
  section: Name,
  records: readonly SectionRecords[Name][],
): void {
  PUT[section](transaction, records);
}

/** The head of a stream is written once, after its last event of the page. */
function putEvents(transaction: Transaction, records: readonly SectionRecords["events"][]): void {
  const streams = new Map<string, KnownStream>();
  for (const [position, tenant, entity, id, version, type, data, at, actor, trace] of records) {
    const name = `${tenant}\0${entity}\0${id}`;
    const commit = { stream: { tenant, entity, id }, at, actor, trace };
    const stream = streams.get(name) ?? numbered(transaction, commit.stream);
    streams.set(name, stream);
    if (version !== stream.version + 1) throw outOfOrder(id, version, stream.version);
    addEvent(transaction, commit, { type, data }, stream, position);
  }
  for (const stream of streams.values()) keepHead(transaction, stream);
}

function outOfOrder(id: string, version: number, before: number): PlinthError {
  return new PlinthError("internal", `Version ${version} of "${id}" cannot be written after ${before}.`);
}

/** A stream with a number of its own. */
function numbered(
  transaction: Transaction,
  name: { tenant: string; entity: string; id: string },
): KnownStream {
  const stream = knownStream(transaction, name);
  streamId(transaction, stream, name);
  return stream;
}

function putAnswers(transaction: Transaction, records: readonly SectionRecords["answers"][]): void {
  for (const [commandId, tenant, entity, id, ...answer] of records) {
    const stream = numbered(transaction, { tenant, entity, id });
    keepAnswer(transaction, commandId, stream.id!, answer);
  }
  transaction.known.answers.step(transaction.database);
}

function putUnique(transaction: Transaction, records: readonly SectionRecords["unique"][]): void {
  for (const [tenant, index, value, entity, id] of records) {
    const stream = numbered(transaction, { tenant, entity, id });
    transaction.database.run(CLAIM, tenant, index, value, stream.id);
  }
}

/** The head of their stream is with its name: what stands with the state need not be known. */
function putStates(transaction: Transaction, records: readonly SectionRecords["states"][]): void {
  for (const [tenant, entity, id, version, state] of records) {
    const name = { tenant, entity, id };
    const stream = numbered(transaction, name);
    keepState(transaction, name, { ...stream, version, position: 0 }, state);
  }
}

function putGenerations(transaction: Transaction, records: readonly SectionRecords["generations"][]): void {
  for (const [view, generation, status, fingerprint, table] of records) {
    transaction.database.run(ADD_GENERATION, view, generation, status, fingerprint);
    if (table === 1) rowWrites.createRows(transaction, { view, generation }, []);
  }
}

function putRows({ database }: Transaction, records: readonly SectionRecords["rows"][]): void {
  const statements = new Map<string, string>();
  for (const [view, generation, tenant, key, row, position] of records) {
    const table = viewTable({ view, generation });
    const statement = statements.get(table) ?? PUT_ROW(table);
    statements.set(table, statement);
    database.run(statement, tenant, key, row, position);
  }
}

/** Refuses everything else where the file is to become a copy and is not yet one. */
export function refuseUnfinished({ database, known }: Transaction): void {
  const origin = known.copied(() => findCopy(database)?.origin ?? null);
  if (origin) throw unfinishedCopy(origin);
}
