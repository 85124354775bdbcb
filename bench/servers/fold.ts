import { DatabaseSync } from "node:sqlite";
import { balances } from "../../examples/accounts/model.ts";
import { options } from "./options.ts";

/** A log of Plinth's to read, and a file to write rows to. */
export interface FoldOptions {
  readonly from: string;
  readonly to: string;
}

/**
 * The bare loop: reads the log with node:sqlite in pages, parses each event, folds it with the view's own functions into
 * a map, and writes the rows once, with the same two indexes, at the end. It knows no checkpoint, no owner and no
 * readers, and all rows must fit in memory.
 */
const { from, to } = options<FoldOptions>();
const PAGE = 10_000;

type Recorded = [
  position: number,
  tenant: string,
  entity: string,
  id: string,
  version: number,
  type: string,
  data: string,
  at: string,
  actor: string,
];

const log = new DatabaseSync(from, { readOnly: true });
const read = log.prepare(`
  SELECT events.position, streams.tenant, streams.entity, streams.key, events.version, event_types.name AS type,
    events.data, events.at, events.actor
  FROM events
  CROSS JOIN event_types ON event_types.id = events.type
  CROSS JOIN streams ON streams.id = events.stream
  WHERE events.position > ?
  ORDER BY events.position
  LIMIT ${PAGE}`);
read.setReturnArrays(true);
const rows = new Map<string, { row: unknown; position: number }>();

function fold([position, tenant, entity, id, version, type, data, at, actor]: Recorded): void {
  const stream = { tenant, entity, id };
  const event = { position, stream, version, type, data: JSON.parse(data), at, actor };
  const key = balances.key(event);
  const change = balances.on[type];
  if (key !== null && change)
    rows.set(key, { row: change((rows.get(key)?.row ?? null) as never, event), position });
}

for (let page: Recorded[] = [], after = 0; ; after = page.at(-1)![0]) {
  page = read.all(after) as unknown as Recorded[];
  if (page.length === 0) break;
  for (const event of page) fold(event);
}

const database = new DatabaseSync(to);
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE balances (key TEXT PRIMARY KEY, row TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX balances_by_balance ON balances (json_extract(row, '$.balance'), key);
  CREATE INDEX balances_by_at ON balances (json_extract(row, '$.at'), key);
  BEGIN IMMEDIATE`);
const write = database.prepare("INSERT INTO balances VALUES (?, ?, ?)");
for (const [key, { row, position }] of rows) if (row) write.run(key, JSON.stringify(row), position);
database.exec("COMMIT");
database.close();
log.close();
