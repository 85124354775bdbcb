import type { StreamName } from "@plinth/model";
import type { Json, ListQuery, States, StoredState } from "@plinth/ports";
import type { Connections, Session } from "./connection.ts";
import { sqlState } from "./failures.ts";
import { stateTable } from "./identifiers.ts";
import { prepareTable } from "./indexes.ts";
import { type Documents, listQuery } from "./lists.ts";
import type { Tables } from "./tables.ts";
import { findable } from "./texts.ts";

/** Commits make these tables too, while they hold this lock. */
const LOCK = ({ schema }: Tables) => `SELECT FROM ${schema}.log FOR UPDATE`;

const FIND_TABLE = "SELECT FROM pg_class WHERE oid = to_regclass($1)";

const MAKE = ({ schema }: Tables) => `SELECT ${schema}.make_state_table($1, $2)`;

const GET = (table: string) => `
  SELECT key, state_version, state
  FROM ${table}
  WHERE tenant = $1 AND key = $2 AND state IS NOT NULL`;

const UNDEFINED_TABLE = "42P01";

/** States stand in the rows of their streams, which the function `append` writes (append.ts). */
export class PostgresStates implements States {
  readonly #connections: Connections;
  readonly #tables: Tables;

  constructor(connections: Connections, tables: Tables) {
    this.#connections = connections;
    this.#tables = tables;
  }

  async get({ tenant, entity, id }: StreamName): Promise<StoredState | null> {
    const get = GET(this.#tables.named(stateTable(entity)));
    const [row] = await noneBeforeTable(
      this.#connections.rows<StateRow>(get, [findable(tenant), findable(id)]),
    );
    return row ? stateOf(row) : null;
  }

  async list(tenant: string, entity: string, query: ListQuery): Promise<readonly StoredState[]> {
    const { text, values } = listQuery(this.#documentsOf(entity), tenant, query);
    return (await noneBeforeTable(this.#connections.rows<StateRow>(text, values))).map(stateOf);
  }

  async index(entity: string, fields: readonly string[]): Promise<void> {
    const documents = this.#documentsOf(entity);
    await prepareTable(this.#connections, documents, fields, (session) =>
      this.#make(session, entity, documents.table),
    );
  }

  async #make(session: Session, entity: string, table: string): Promise<boolean> {
    await session.run(LOCK(this.#tables));
    if (await session.first(FIND_TABLE, [this.#tables.named(table)])) return false;
    await session.run(MAKE(this.#tables), [entity, table]);
    return true;
  }

  #documentsOf(entity: string): Documents {
    return {
      tables: this.#tables,
      table: stateTable(entity),
      json: "state",
      columns: "key, state_version, state",
      within: "state IS NOT NULL",
    };
  }
}

type StateRow = [id: string, version: number, state: Json];

function stateOf([id, version, state]: StateRow): StoredState {
  return { id, version, state };
}

/** Before the first state of an entity is stored, it has no table. */
async function noneBeforeTable(rows: Promise<StateRow[]>): Promise<StateRow[]> {
  try {
    return await rows;
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return [];
    throw error;
  }
}
