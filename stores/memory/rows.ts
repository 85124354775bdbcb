import {
  type Checkpoint,
  checkRow,
  type ListQuery,
  PlinthError,
  type Row,
  type RowChange,
  type Rows,
  type TableName,
} from "@plinth/ports";
import { idOf } from "./identity.ts";
import { compareText, listed } from "./lists.ts";
import type { MemorySubscriptions } from "./subscriptions.ts";
import type { Turns } from "./turns.ts";

/** Which row of which tenant. */
interface Place {
  readonly tenant: string;
  readonly key: string;
}

/** By tenant, then by key. */
type Table = Map<string, Map<string, Row>>;

export class MemoryRows implements Rows {
  readonly #tables = new Map<string, Table>();
  readonly #turns: Turns;
  readonly #subscriptions: MemorySubscriptions;

  constructor(turns: Turns, subscriptions: MemorySubscriptions) {
    this.#turns = turns;
    this.#subscriptions = subscriptions;
  }

  async create(table: TableName): Promise<void> {
    await this.#turns.next();
    this.make(table);
  }

  async drop({ view, generation }: TableName): Promise<void> {
    await this.#turns.next();
    this.#tables.delete(idOf(view, generation));
  }

  async get(table: TableName, tenant: string, key: string): Promise<Row | null> {
    await this.#turns.next();
    return this.#table(table).get(tenant)?.get(key) ?? null;
  }

  async getMany(table: TableName, keys: readonly Place[]): Promise<readonly (Row | null)[]> {
    await this.#turns.next();
    const tenants = this.#table(table);
    return keys.map(({ tenant, key }) => tenants.get(tenant)?.get(key) ?? null);
  }

  async list(table: TableName, tenant: string, query: ListQuery): Promise<readonly Row[]> {
    await this.#turns.next();
    return listed(this.#table(table).get(tenant) ?? new Map<string, Row>(), ({ row }) => row, query);
  }

  async scan(table: TableName, after: Place | null, limit: number): Promise<readonly (Row & Place)[]> {
    await this.#turns.next();
    return [...this.#table(table)]
      .flatMap(([tenant, rows]) => [...rows.values()].map((row) => ({ ...row, tenant })))
      .filter((row) => after === null || comparePlaces(row, after) > 0)
      .sort(comparePlaces)
      .slice(0, limit);
  }

  async write(table: TableName, changes: readonly RowChange[], checkpoint: Checkpoint): Promise<boolean> {
    await this.#turns.next();
    changes.forEach(checkRow);
    const tenants = this.#table(table);
    if (!this.#subscriptions.move(checkpoint)) return false;
    for (const change of changes) put(tenants, change);
    return true;
  }

  has({ view, generation }: TableName): boolean {
    return this.#tables.has(idOf(view, generation));
  }

  /** Makes the table where it is missing. */
  make({ view, generation }: TableName): void {
    const id = idOf(view, generation);
    if (!this.#tables.has(id)) this.#tables.set(id, new Map());
  }

  /** Every row of a table, in an order that stays the same while nothing is written. */
  *all(table: TableName): Iterable<Row & Place> {
    for (const [tenant, rows] of this.#table(table))
      for (const row of rows.values()) yield { ...row, tenant };
  }

  /** Part of a copy. */
  keep(table: TableName, row: RowChange): void {
    put(this.#table(table), row);
  }

  #table({ view, generation }: TableName): Table {
    const table = this.#tables.get(idOf(view, generation));
    if (!table) throw new PlinthError("internal", `There is no table of ${view}, generation ${generation}.`);
    return table;
  }
}

function put(tenants: Table, { tenant, key, row, position }: RowChange): void {
  const rows = tenants.get(tenant) ?? new Map<string, Row>();
  tenants.set(tenant, rows);
  if (row === null) rows.delete(key);
  else rows.set(key, { key, row, position });
}

function comparePlaces(a: Place, b: Place): number {
  return compareText(a.tenant, b.tenant) || compareText(a.key, b.key);
}
