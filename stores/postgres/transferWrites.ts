import type { Section, SectionRecords } from "@plinth/ports";
import type { Session, Value } from "./connection.ts";
import { stateTable, viewTable } from "./identifiers.ts";
import { CREATE as CREATE_ROWS } from "./rows.ts";
import type { Tables } from "./tables.ts";

const SET_NUMBERS = ({ schema }: Tables) => `
  INSERT INTO ${schema}.counters (name, value)
  SELECT * FROM unnest($1::text[], $2::bigint[])
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

/** The partition that was made for a log from 1 on is of no use to another. */
const BEGIN_LOG = ({ schema }: Tables, start: number) => `
  UPDATE ${schema}.log SET start = ${start}, partitions_from = ${start + 1}, partitions_to = ${start + 1};
  DROP TABLE IF EXISTS ${schema}.events_from_1;
  SELECT ${schema}.add_partition()`;

const MAKE_STATE_TABLE = ({ schema }: Tables) =>
  `SELECT ${schema}.make_state_table(entity, name) FROM unnest($1::text[], $2::text[]) AS made (entity, name)`;

/** Nobody else writes while there is a copy, so that partitions are made as they are needed. */
const ADD_PARTITIONS = ({ schema }: Tables) => `
  DO $$ BEGIN
    WHILE (SELECT partitions_to - 4194304 FROM ${schema}.log) <= POSITION LOOP PERFORM ${schema}.add_partition(); END LOOP;
  END $$`;

const PUT_STREAMS = ({ schema }: Tables) => `
  INSERT INTO ${schema}.streams AS kept (entity, tenant, key, id, version, position, line)
  SELECT entity, tenant, key, nextval('${schema}.stream_ids'), max(version), max(position), 0
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS page (tenant, entity, key, version, position)
  GROUP BY entity, tenant, key
  ON CONFLICT (entity, tenant, key) DO UPDATE
  SET version = greatest(kept.version, excluded.version), position = greatest(kept.position, excluded.position)`;

const PUT_EVENTS = ({ schema }: Tables) => `
  INSERT INTO ${schema}.events (position, entity, stream, version, type, data, at, actor, trace)
  SELECT page.position, page.entity, streams.id, page.version, page.type, page.data, page.at, page.actor, page.trace
  FROM unnest(
    $1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]
  ) AS page (position, tenant, entity, key, version, type, data, at, actor, trace)
  JOIN ${schema}.streams USING (entity, tenant, key)`;

const PUT_ANSWERS = ({ schema }: Tables) => `
  INSERT INTO ${schema}.answers (id, stream, version, position, events, fingerprint, refusal, at)
  SELECT page.id, streams.id, page.version, page.position, page.events, page.fingerprint, page.refusal, page.at
  FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::int[], $8::text[], $9::text[], $10::text[]
  ) WITH ORDINALITY AS page (id, tenant, entity, key, version, position, events, fingerprint, refusal, at, n)
  JOIN ${schema}.streams USING (entity, tenant, key)
  ORDER BY page.n`;

const PUT_UNIQUE = ({ schema }: Tables) => `
  INSERT INTO ${schema}.unique_values (tenant, name, value, stream)
  SELECT page.tenant, page.name, page.value, streams.id
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS page (tenant, name, value, entity, key)
  JOIN ${schema}.streams USING (entity, tenant, key)`;

const PUT_STATES = ({ schema }: Tables) => `
  UPDATE ${schema}.streams SET state_version = page.version, state = page.state
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) AS page (tenant, entity, key, version, state)
  WHERE streams.entity = page.entity AND streams.tenant = page.tenant AND streams.key = page.key`;

const PUT_GENERATIONS = ({ schema }: Tables) => `
  INSERT INTO ${schema}.generations (view, generation, status, fingerprint)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[])`;

const PUT_ROWS = (table: string) => `
  INSERT INTO ${table} (tenant, key, "row", position)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])`;

const PUT_SUBSCRIPTIONS = ({ schema }: Tables) => `
  INSERT INTO ${schema}.subscriptions (subscription, shard, position, token, owner, expires_at)
  SELECT subscription, shard, position, token, NULL, to_timestamp(0)
  FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS page (subscription, shard, position, token)`;

const PUT_PARKS = ({ schema }: Tables) => `
  INSERT INTO ${schema}.parks (subscription, shard, key, position, status, attempts, due_at, error, data, parked_at)
  SELECT * FROM unnest(
    $1::text[], $2::int[], $3::text[], $4::bigint[], $5::text[], $6::int[], $7::float8[], $8::text[], $9::text[], $10::float8[]
  )`;

const PUT_DISCARDED = ({ schema }: Tables) => `
  INSERT INTO ${schema}.discarded (id, subscription, position, key, error, reason, by, at) OVERRIDING SYSTEM VALUE
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`;

/** Those that are discarded from now on come after those that were copied. */
const GO_ON_DISCARDED = (schema: string) =>
  `SELECT setval(pg_get_serial_sequence('${schema}.discarded', 'id'), (SELECT max(id) FROM ${schema}.discarded))`;

type Put<Name extends Section> = (
  session: Session,
  tables: Tables,
  records: readonly SectionRecords[Name][],
) => Promise<unknown>;

const PUT: { readonly [Name in Section]: Put<Name> } = {
  numbers: putNumbers,
  events: putEvents,
  answers: putAnswers,
  unique: async (session, tables, records) => {
    const [tenants, , , entities, keys] = columns(records, 5);
    await putStreams(session, tables, { tenants, entities, keys });
    await session.run(PUT_UNIQUE(tables), columns(records, 5));
  },
  states: async (session, tables, records) => {
    const [tenants, entities, keys] = columns(records, 5);
    await putStreams(session, tables, { tenants, entities, keys });
    await session.run(PUT_STATES(tables), columns(records, 5));
  },
  generations: putGenerations,
  rows: putRows,
  subscriptions: (session, tables, records) => session.run(PUT_SUBSCRIPTIONS(tables), columns(records, 4)),
  parks: (session, tables, records) => session.run(PUT_PARKS(tables), columns(records, 10)),
  discarded: async (session, tables, records) => {
    await session.run(PUT_DISCARDED(tables), columns(records, 8));
    await session.run(GO_ON_DISCARDED(tables.schema));
  },
};

/** Writes records of a section, as part of a transaction. */
export async function putSection<Name extends Section>(
  session: Session,
  tables: Tables,
  section: Name,
  records: readonly SectionRecords[Name][],
): Promise<void> {
  if (records.length > 0) await PUT[section](session, tables, records);
}

async function putNumbers(
  session: Session,
  tables: Tables,
  records: readonly SectionRecords["numbers"][],
): Promise<void> {
  const start = records.find(([name]) => name === "log start");
  if (start && start[1] !== 0) await session.run(BEGIN_LOG(tables, start[1]));
  const others = records.filter((record) => record !== start);
  if (others.length > 0) await session.run(SET_NUMBERS(tables), columns(others, 2));
}

async function putEvents(
  session: Session,
  tables: Tables,
  records: readonly SectionRecords["events"][],
): Promise<void> {
  const [positions, tenants, entities, keys, versions] = columns(records, 10);
  await session.run(ADD_PARTITIONS(tables).replace("POSITION", String(records.at(-1)![0])));
  await putStreams(session, tables, { tenants, entities, keys }, versions, positions);
  await session.run(PUT_EVENTS(tables), columns(records, 10));
}

async function putAnswers(
  session: Session,
  tables: Tables,
  records: readonly SectionRecords["answers"][],
): Promise<void> {
  const [, tenants, entities, keys] = columns(records, 10);
  await putStreams(session, tables, { tenants, entities, keys });
  await session.run(PUT_ANSWERS(tables), columns(records, 10));
}

/** Names of streams, side by side. */
interface StreamColumns {
  readonly tenants: Column;
  readonly entities: Column;
  readonly keys: Column;
}

/** A stream may have an answer, or a state, and no event. */
async function putStreams(
  session: Session,
  tables: Tables,
  { tenants, entities, keys }: StreamColumns,
  versions: Column = keys.map(() => 0),
  positions: Column = versions,
): Promise<void> {
  const names = [...new Set(entities as readonly string[])];
  await session.rows(MAKE_STATE_TABLE(tables), [names, names.map(stateTable)]);
  await session.run(PUT_STREAMS(tables), [tenants, entities, keys, versions, positions]);
}

async function putGenerations(
  session: Session,
  tables: Tables,
  records: readonly SectionRecords["generations"][],
): Promise<void> {
  await session.run(PUT_GENERATIONS(tables), columns(records, 4));
  for (const [view, generation, , , table] of records)
    if (table === 1) await session.run(CREATE_ROWS(tables.named(viewTable({ view, generation }))));
}

async function putRows(
  session: Session,
  tables: Tables,
  records: readonly SectionRecords["rows"][],
): Promise<void> {
  const byTable = Map.groupBy(records, ([view, generation]) => viewTable({ view, generation }));
  for (const [table, rows] of byTable)
    await session.run(
      PUT_ROWS(tables.named(table)),
      columns(
        rows.map((row) => row.slice(2)),
        4,
      ),
    );
}

type Column = readonly (string | number | null)[];

/** The first columns of records, side by side. */
function columns(
  records: readonly (readonly unknown[])[],
  count: number,
): [Column, Column, Column, Column, Column] {
  return Array.from({ length: count }, (_, at) => records.map((record) => record[at] as Value)) as never;
}
