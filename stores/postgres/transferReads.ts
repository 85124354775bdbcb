import type { Place, Section, TableName } from "@plinth/ports";
import type { Session, Value } from "./connection.ts";
import { viewTable } from "./identifiers.ts";
import type { Tables } from "./tables.ts";

/** A page as it is read: records, and the values of the place that each ends at. */
interface Read {
  readonly records: readonly Value[][];
  readonly place: Place | null;
}

/** A section that is one table, or reads like one: its records in the order of some of their columns. */
interface Ordered {
  readonly columns: readonly string[];
  readonly from: (tables: Tables) => string;
  /** Columns that it is sorted by. No two records have the same values in all of them. */
  readonly order: readonly string[];
  /** What makes records long, as SQL. */
  readonly bytes: string;
}

/** Pages end with the record before the one that would make them this long, in bytes; the first is always in. */
const PAGE_BYTES = 8 * 1024 * 1024;

const SECTIONS = {
  numbers: {
    columns: ["name", "value"],
    from: ({ schema }) =>
      `(SELECT 'log start' AS name, start AS value FROM ${schema}.log
        UNION ALL SELECT name, value FROM ${schema}.counters WHERE value > 0) numbers`,
    order: ["name"],
    bytes: "0",
  },
  events: {
    columns: [
      "events.position",
      "tenant",
      "streams.entity",
      "key",
      "events.version",
      "type",
      "data",
      "at",
      "actor",
      "trace",
    ],
    from: ({ schema }) =>
      `${schema}.events JOIN ${schema}.streams ON streams.entity = events.entity AND streams.id = events.stream`,
    order: ["events.position"],
    bytes: "octet_length(data)",
  },
  unique: {
    columns: ["held.tenant", "held.name", "held.value", "entity", "key"],
    from: ({ schema }) => `${schema}.unique_values held JOIN ${schema}.streams ON streams.id = held.stream`,
    order: ["held.tenant", "held.name", "held.value"],
    bytes: "0",
  },
  states: {
    columns: ["tenant", "entity", "key", "state_version", "state"],
    from: ({ schema }) => `(SELECT * FROM ${schema}.streams WHERE state IS NOT NULL) states`,
    order: ["tenant", "key", "entity"],
    bytes: "octet_length(state)",
  },
  subscriptions: {
    columns: ["subscription", "shard", "position", "token"],
    from: ({ schema }) => `${schema}.subscriptions`,
    order: ["subscription", "shard"],
    bytes: "0",
  },
  parks: {
    columns: [
      "subscription",
      "shard",
      "key",
      "position",
      "status",
      "attempts",
      "due_at",
      "error",
      "data",
      "parked_at",
    ],
    from: ({ schema }) => `${schema}.parks`,
    order: ["subscription", "position"],
    bytes: "octet_length(error) + coalesce(octet_length(data), 0)",
  },
  discarded: {
    columns: ["id", "subscription", "position", "key", "error", "reason", "by", "at"],
    from: ({ schema }) =>
      `(SELECT row_number() OVER (ORDER BY id) AS id, subscription, position, key, error, reason, by, at
        FROM ${schema}.discarded) discarded`,
    order: ["id"],
    bytes: "octet_length(error)",
  },
} as const satisfies Partial<Record<Section, Ordered>>;

/** A page of a section, after a place. */
export async function readSection(
  session: Session,
  tables: Tables,
  section: Section,
  after: Place | null,
  limit: number,
): Promise<Read> {
  const from = after === null ? null : (JSON.parse(after) as Value[]);
  if (section === "answers") return readAnswers(session, tables, from, limit);
  if (section === "generations") return readGenerations(session, tables, from, limit);
  if (section === "rows") return readRows(session, tables, from, limit);
  return readOrdered(session, tables, SECTIONS[section], from, limit);
}

async function readOrdered(
  session: Session,
  tables: Tables,
  { columns, from, order, bytes }: Ordered,
  after: readonly Value[] | null,
  limit: number,
): Promise<Read> {
  const beyond = after
    ? `(${order.join(", ")}) > (${after.map((_, at) => `$${at + 2}`).join(", ")})`
    : "TRUE";
  const names = columns.map((_, at) => `c${at}`);
  const places = order.map((_, at) => `p${at}`);
  const sql = `
    SELECT ${[...names, ...places].join(", ")}
    FROM (
      SELECT *, sum(bytes) OVER (ORDER BY ${places.join(", ")}) AS total, row_number() OVER (ORDER BY ${places.join(", ")}) AS n
      FROM (
        SELECT ${columns.map((column, at) => `${column} AS ${names[at]}`).join(", ")},
               ${order.map((column, at) => `${column} AS ${places[at]}`).join(", ")}, ${bytes} AS bytes
        FROM ${from(tables)}
        WHERE ${beyond}
        ORDER BY ${order.join(", ")}
        LIMIT $1
      ) page
    ) page
    WHERE total <= ${PAGE_BYTES} OR n = 1
    ORDER BY n`;
  const rows = await session.rows<Value[]>(sql, [limit, ...(after ?? [])]);
  const last = rows.at(-1)?.slice(columns.length) ?? after;
  return { records: rows.map((row) => row.slice(0, columns.length)), place: last && JSON.stringify(last) };
}

/** Blocks of a table that are looked through at once. */
const BLOCKS = 64;

const READ_ANSWERS = ({ schema }: Tables) => `
  SELECT answers.id, tenant, entity, key, answers.version, answers.position, events, fingerprint, refusal, at, answers.ctid::text
  FROM ${schema}.answers JOIN ${schema}.streams ON streams.id = answers.stream
  WHERE answers.ctid > $1::tid AND answers.ctid < $2::tid
  ORDER BY answers.ctid
  LIMIT $3`;

const BLOCKS_OF_ANSWERS = ({ schema }: Tables) =>
  `SELECT pg_relation_size('${schema}.answers') / current_setting('block_size')::int`;

/** No index has answers in any order, so that they are read as they lie in their table: in the order of their coming. */
async function readAnswers(
  session: Session,
  tables: Tables,
  after: readonly Value[] | null,
  limit: number,
): Promise<Read> {
  let place = String(after?.[0] ?? "(0,0)");
  const [blocks] = (await session.first<[number]>(BLOCKS_OF_ANSWERS(tables)))!;
  for (let block = blockOf(place); block < blocks; block += BLOCKS) {
    const rows = await session.rows<Value[]>(READ_ANSWERS(tables), [place, `(${block + BLOCKS},0)`, limit]);
    const last = rows.at(-1)?.at(-1);
    if (last) return { records: rows.map((row) => row.slice(0, -1)), place: JSON.stringify([last]) };
    place = `(${block + BLOCKS},0)`;
  }
  return { records: [], place: after && JSON.stringify(after) };
}

function blockOf(place: string): number {
  return Number(/^\((\d+),/.exec(place)![1]);
}

const LIST_GENERATIONS = ({ schema }: Tables) => `
  SELECT view, generation, status, fingerprint FROM ${schema}.generations ORDER BY view, generation`;

const HAVE_TABLES =
  "SELECT to_regclass(name) IS NOT NULL FROM unnest($1::text[]) WITH ORDINALITY AS asked (name, n) ORDER BY n";

type GenerationRow = [view: string, generation: number, status: string, fingerprint: string];

/** There are few of them: all are one page. */
async function readGenerations(
  session: Session,
  tables: Tables,
  after: readonly Value[] | null,
  limit: number,
): Promise<Read> {
  const all = await generationsOf(session, tables);
  const records = all.slice(Number(after?.[0] ?? 0)).slice(0, limit);
  const place = Number(after?.[0] ?? 0) + records.length;
  return { records, place: place === 0 ? null : JSON.stringify([place]) };
}

async function generationsOf(session: Session, tables: Tables): Promise<[...GenerationRow, table: number][]> {
  const found = await session.rows<GenerationRow>(LIST_GENERATIONS(tables));
  const names = found.map(([view, generation]) => tables.named(viewTable({ view, generation })));
  const have = await session.rows<[boolean]>(HAVE_TABLES, [names]);
  return found.map((row, at) => [...row, have[at]![0] ? 1 : 0]);
}

/** Table by table. A page ends with its table. */
async function readRows(
  session: Session,
  tables: Tables,
  after: readonly Value[] | null,
  limit: number,
): Promise<Read> {
  const all = await generationsOf(session, tables);
  const [lastView, lastGeneration, ...lastRow] = after ?? [];
  const reached = all.findIndex(([view, generation]) => view === lastView && generation === lastGeneration);
  for (const [at, [view, generation, , , table]] of all.entries()) {
    if (at < reached || table === 0) continue;
    const ordered = rowsOf({ view, generation });
    const page = await readOrdered(session, tables, ordered, at === reached ? lastRow : null, limit);
    if (page.records.length === 0) continue;
    const place = JSON.stringify([view, generation, ...(JSON.parse(page.place!) as Value[])]);
    return { records: page.records.map((record) => [view, generation, ...record]), place };
  }
  return { records: [], place: after && JSON.stringify(after) };
}

function rowsOf(table: TableName): Ordered {
  return {
    columns: ["tenant", "key", '"row"', "position"],
    from: (tables) => tables.named(viewTable(table)),
    order: ["tenant", "key"],
    bytes: 'octet_length("row")',
  };
}

const COUNT = (from: string) => `SELECT count(*) FROM ${from}`;

/** There are no holes in the log: it need not be looked through. */
const COUNT_EVENTS = ({ schema }: Tables) =>
  `SELECT coalesce(${schema}.last_position() - min(position) + 1, 0) FROM ${schema}.events`;

/** How many records each section has. */
export async function countSections(session: Session, tables: Tables): Promise<Record<Section, number>> {
  const count = async (from: string) => (await session.first<[number]>(COUNT(from)))![0];
  const ordered = (section: keyof typeof SECTIONS) => count(SECTIONS[section].from(tables));
  let rows = 0;
  for (const [view, generation, , , table] of await generationsOf(session, tables))
    if (table === 1) rows += await count(tables.named(viewTable({ view, generation })));
  return {
    numbers: await ordered("numbers"),
    events: (await session.first<[number]>(COUNT_EVENTS(tables)))![0],
    answers: await count(`${tables.schema}.answers`),
    unique: await ordered("unique"),
    states: await ordered("states"),
    generations: await count(`${tables.schema}.generations`),
    rows,
    subscriptions: await ordered("subscriptions"),
    parks: await ordered("parks"),
    discarded: await ordered("discarded"),
  };
}
