import type { StreamName } from "@plinth/model";
import {
  type Answer,
  type Clock,
  type Commit,
  type CopyOrigin,
  checkCommit,
  type Log,
  type LogPage,
  type LogQuery,
  type Outcome,
  PlinthError,
  type RecordedEvent,
} from "@plinth/ports";
import { type Batch, batchOf } from "./batch.ts";
import type { Connections, Value } from "./connection.ts";
import { Gathered } from "./gathered.ts";
import { Hints } from "./hints.ts";
import type { Tables } from "./tables.ts";
import { findable } from "./texts.ts";

const APPEND = ({ schema }: Tables) => `
  SELECT verdicts, taken
  FROM ${schema}.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`;

const HEAD = ({ schema }: Tables) => `SELECT ${schema}.last_position(), start FROM ${schema}.log`;

/** Pages end with the event before the one that would make them this long, in bytes; the first is always in. */
const PAGE_BYTES = 8 * 1024 * 1024;

const EVENT = "position, tenant, entity, key, version, type, data, at, actor, trace";

/** The rows of a page that fit, each with how many there were. */
const FITTING = (page: string, order: string) => `
  SELECT ${EVENT}, found
  FROM (
    SELECT *, sum(octet_length(data)) OVER (ORDER BY ${order}) AS bytes, row_number() OVER (ORDER BY ${order}) AS n,
           count(*) OVER () AS found
    FROM (${page}) page
  ) page
  WHERE bytes <= ${PAGE_BYTES} OR n = 1
  ORDER BY ${order}`;

/**
 * A page, then the names of its streams: each is looked up, however many there are and whatever the planner knows of them.
 * A name is null where the stream's table was made after the statement was planned, and committed before it was run: an
 * event must not be left out for that.
 */
const NAMED = ({ schema }: Tables, page: string) => `
  SELECT page.*, tenant, key
  FROM (${page}) page
  LEFT JOIN LATERAL (
    SELECT tenant, key FROM ${schema}.streams WHERE streams.entity = page.entity AND streams.id = page.stream OFFSET 0
  ) named ON true`;

const READ = (tables: Tables) =>
  FITTING(
    NAMED(
      tables,
      `SELECT * FROM ${tables.schema}.events
       WHERE position > $1
       ORDER BY position
       LIMIT $2`,
    ),
    "position",
  );

const READ_ENTITIES = (tables: Tables) =>
  FITTING(
    NAMED(
      tables,
      `SELECT * FROM ${tables.schema}.events
       WHERE position > $1 AND position <= $2 AND entity = ANY ($4)
       ORDER BY position
       LIMIT $3`,
    ),
    "position",
  );

/** As a batch would, but for the commits. */
const PROVE = ({ schema }: Tables) => `SELECT copy_of FROM ${schema}.log FOR UPDATE`;

const READ_STREAM = ({ schema }: Tables) =>
  FITTING(
    `SELECT page.*, tenant, key
     FROM (SELECT * FROM ${schema}.streams WHERE tenant = $1 AND entity = $2 AND key = $3 OFFSET 0) named
     CROSS JOIN LATERAL (
       SELECT * FROM ${schema}.events
       WHERE events.stream = named.id AND events.version > $4
       ORDER BY events.version
       LIMIT $5
     ) page`,
    "version",
  );

const VERSION = ({ schema }: Tables) =>
  `SELECT version FROM ${schema}.streams WHERE tenant = $1 AND entity = $2 AND key = $3`;

const ANSWERS = ({ schema }: Tables) => `
  SELECT found.id, tenant, entity, key, found.version, found.position, events, fingerprint, refusal
  FROM unnest($1::text[]) AS asked (id)
  CROSS JOIN LATERAL (SELECT * FROM ${schema}.answers WHERE answers.id = asked.id OFFSET 0) found
  CROSS JOIN LATERAL (SELECT * FROM ${schema}.streams WHERE streams.id = found.stream OFFSET 0) named`;

const FORGET = ({ schema }: Tables) => `
  DELETE FROM ${schema}.answers
  WHERE id = ANY (ARRAY(SELECT id FROM ${schema}.answers WHERE at < $1 ORDER BY at LIMIT $2))`;

/** How often a page may meet a table that was made in the same moment. */
const ATTEMPTS_MAX = 10;

/** How many positions a page that leaves out other entities looks through. */
const LOOKED_THROUGH = 10_000;

/** What the function says of commits that were not accepted. */
const CONFLICT = -1;
const DUPLICATE = -2;
const TAKEN = -3;

export class PostgresLog implements Log {
  readonly #connections: Connections;
  readonly #tables: Tables;
  readonly #listeners = new Set<{ readonly call: (position: number) => void }>();
  readonly #hints: Hints;
  readonly #gathered = new Gathered((batch) => this.#append(batch));

  constructor(connections: Connections, tables: Tables, clock: Clock) {
    this.#connections = connections;
    this.#tables = tables;
    this.#hints = new Hints(connections, tables.channel, clock, (position) => this.#tell(position));
  }

  async append(batch: readonly Commit[]): Promise<readonly Outcome[]> {
    for (const commit of batch) checkCommit(commit);
    return batch.length === 0 ? [] : this.#gathered.append(batch);
  }

  async #append(batch: readonly Commit[]): Promise<readonly Outcome[]> {
    const [verdicts, taken] = await this.#judged(batchOf(batch));
    const answers = await this.#firstAnswers(batch, verdicts);
    const highest = Math.max(...verdicts);
    if (highest > 0) this.#tell(highest);
    return batch.map((commit, at): Outcome => {
      const verdict = verdicts[at]!;
      if (verdict === CONFLICT) return { kind: "conflict" };
      if (verdict === DUPLICATE) return { kind: "duplicate", answer: answers.get(commit.command!.id)! };
      if (verdict === TAKEN) return { kind: "taken", index: taken[at]! };
      return { kind: "accepted", version: commit.expectedVersion + commit.events.length, position: verdict };
    });
  }

  async head(): Promise<number> {
    return (await this.#ends())[0];
  }

  async read({ after, limit, entities }: LogQuery): Promise<LogPage> {
    if (entities !== undefined) return this.#readOf(entities, after, limit);
    const events = await this.#readAfter(after, limit);
    if (events.length > 0) return { events, position: events.at(-1)!.position };
    // Nothing after a position: as of that moment the log was no further. But where it begins is for others to say.
    if (after > 0) return { events, position: after };
    // Only what is found after the head was asked for tells whether there is nothing up to it.
    const head = await this.head();
    if (head <= after) return { events, position: after };
    const found = await this.#readAfter(after, limit);
    return { events: found, position: found.at(-1)?.position ?? head };
  }

  async readStream(
    { tenant, entity, id }: StreamName,
    afterVersion: number,
    limit: number,
  ): Promise<readonly RecordedEvent[]> {
    const values = [findable(tenant), entity, findable(id), afterVersion, limit];
    return (await this.#connections.rows<EventRow>(READ_STREAM(this.#tables), values)).map(eventOf);
  }

  async version({ tenant, entity, id }: StreamName): Promise<number> {
    return (
      (
        await this.#connections.first<[number]>(VERSION(this.#tables), [
          findable(tenant),
          entity,
          findable(id),
        ])
      )?.[0] ?? 0
    );
  }

  async answer(commandId: string): Promise<Answer | null> {
    const [row] = await this.#connections.rows<AnswerRow>(ANSWERS(this.#tables), [[findable(commandId)]]);
    return row ? answerOf(row) : null;
  }

  async forget(before: string, limit: number): Promise<number> {
    return this.#connections.run(FORGET(this.#tables), [before, limit]);
  }

  onAppend(call: (position: number) => void): () => void {
    const listener = { call };
    this.#listeners.add(listener);
    this.#hints.begin();
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when all that was begun is written. */
  async close(): Promise<void> {
    await this.#gathered.close();
    await this.#hints.close();
  }

  #tell(position: number): void {
    for (const listener of [...this.#listeners]) listener.call(position);
  }

  /** Resolves to what this is an unfinished copy of, or null. Rejects where the log cannot be written to. */
  async prove(): Promise<CopyOrigin | null> {
    const [origin] = (await this.#connections.copying.first<[string | null]>(PROVE(this.#tables)))!;
    return origin === null ? null : (JSON.parse(origin) as CopyOrigin);
  }

  async #judged(batch: Batch): Promise<[verdicts: number[], taken: (string | null)[]]> {
    const row = await this.#connections.first<[string[], (string | null)[]]>(APPEND(this.#tables), batch);
    return [row![0].map(Number), row![1]];
  }

  /** What was answered first to the command ids that were seen before. */
  async #firstAnswers(
    batch: readonly Commit[],
    verdicts: readonly number[],
  ): Promise<ReadonlyMap<string, Answer>> {
    const ids = batch.flatMap(({ command }, at) =>
      command && verdicts[at] === DUPLICATE ? [command.id] : [],
    );
    if (ids.length === 0) return new Map();
    const rows = await this.#connections.rows<AnswerRow>(ANSWERS(this.#tables), [ids]);
    const answers = new Map(rows.map((row) => [row[0], answerOf(row)]));
    if (ids.some((id) => !answers.has(id)))
      throw new PlinthError("unavailable", "An answer was forgotten in the moment that it was asked for.");
    return answers;
  }

  async #readAfter(after: number, limit: number): Promise<readonly RecordedEvent[]> {
    return (await this.#named(READ(this.#tables), [after, limit])).map(eventOf);
  }

  /** Rows of a page, each with its stream's name: planned anew, the statement knows the table that it did not know. */
  async #named(text: string, values: readonly Value[]): Promise<readonly EventRow[]> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const rows = await this.#connections.rows<EventRow>(text, values);
      if (rows.every(([, tenant]) => tenant !== null)) return rows;
    }
    throw new PlinthError("internal", "An event of the log belongs to no stream.");
  }

  async #ends(): Promise<[head: number, start: number]> {
    return (await this.#connections.first<[number, number]>(HEAD(this.#tables)))!;
  }

  /** The head is looked up first: what comes meanwhile is for the next page. */
  async #readOf(entities: readonly string[], after: number, limit: number): Promise<LogPage> {
    const [head, start] = await this.#ends();
    const until = Math.min(head, Math.max(after, start) + LOOKED_THROUGH);
    const rows = await this.#named(READ_ENTITIES(this.#tables), [after, until, limit, entities]);
    const events = rows.map(eventOf);
    const isWhole = rows.length < limit && rows.length === (rows[0]?.[10] ?? 0);
    return { events, position: isWhole ? Math.max(after, until) : events.at(-1)!.position };
  }
}

type EventRow = [
  position: number,
  tenant: string,
  entity: string,
  key: string,
  version: number,
  type: string,
  data: string,
  at: string,
  actor: string,
  trace: string | null,
  found: number,
];

function eventOf([
  position,
  tenant,
  entity,
  id,
  version,
  type,
  data,
  at,
  actor,
  trace,
]: EventRow): RecordedEvent {
  return { position, stream: { tenant, entity, id }, version, type, data, at, actor, trace };
}

type AnswerRow = [
  id: string,
  tenant: string,
  entity: string,
  key: string,
  version: number,
  position: number,
  events: number,
  fingerprint: string,
  refusal: string | null,
];

function answerOf([
  ,
  tenant,
  entity,
  id,
  version,
  position,
  events,
  fingerprint,
  refusal,
]: AnswerRow): Answer {
  return { stream: { tenant, entity, id }, version, position, events, fingerprint, refusal };
}
