import assert from "node:assert/strict";
import type { FieldValue, Filter, Json, ListQuery, Store } from "@plinth/ports";
import { commitOf, MAIN, streamOf } from "./commits.ts";
import { BALANCES, rowOf } from "./rows.ts";

export type Fields = Readonly<Record<string, FieldValue>>;
export type Sort = ListQuery["sort"];

/** The fields that the cases filter and sort by, some with names that look like something else. */
const FIELDS = ["n", "t", "b", "g", "first-name", "order by", "a.b", "it's"];

interface Listed {
  readonly key: string;
  readonly json: Json;
}

/** Something that can be listed: filled and read alike, whatever it is. */
export abstract class List {
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** Makes it ready for the fields of the cases. */
  abstract prepare(): Promise<void>;
  abstract put(items: Readonly<Record<string, Fields>>, tenant?: string): Promise<void>;
  abstract page(asked: ListQuery, tenant?: string): Promise<readonly Listed[]>;

  async keys(asked: ListQuery, tenant: string = MAIN): Promise<readonly string[]> {
    return (await this.page(asked, tenant)).map(({ key }) => key);
  }

  /** All keys in one text, for keys of one letter. */
  async sorted(sort: Sort): Promise<string> {
    return (await this.keys(query({ sort }))).join("");
  }
}

/** Cases about lists, each to be tried with every kind of list. */
export type ListRuns = Readonly<Record<string, (list: List) => Promise<void>>>;

export class StateList extends List {
  prepare(): Promise<void> {
    return this.store.states.index("account", FIELDS);
  }

  async put(items: Readonly<Record<string, Fields>>, tenant: string = MAIN): Promise<void> {
    const { log } = this.store;
    for (const [id, fields] of Object.entries(items)) {
      const stream = streamOf(id, "account", tenant);
      const version = await log.version(stream);
      await log.append([commitOf(stream, version, { state: JSON.stringify(fields) })]);
    }
  }

  async page(asked: ListQuery, tenant: string = MAIN): Promise<readonly Listed[]> {
    const found = await this.store.states.list(tenant, "account", asked);
    return found.map(({ id, state }) => ({ key: id, json: state }));
  }
}

export class RowList extends List {
  prepare(): Promise<void> {
    return this.store.rows.create(BALANCES, FIELDS);
  }

  async put(items: Readonly<Record<string, Fields>>, tenant: string = MAIN): Promise<void> {
    const { rows, subscriptions } = this.store;
    const changes = Object.entries(items).map(([key, fields]) => rowOf(key, fields, 1, tenant));
    const lease = (await subscriptions.acquire("balances", 0, "node-a", 1000))!.lease;
    assert.ok(await rows.write(BALANCES, changes, { lease, position: 1 }));
  }

  async page(asked: ListQuery, tenant: string = MAIN): Promise<readonly Listed[]> {
    const found = await this.store.rows.list(BALANCES, tenant, asked);
    return found.map(({ key, row }) => ({ key, json: row }));
  }
}

export function query(parts: Partial<ListQuery> = {}): ListQuery {
  return { filters: [], sort: [], after: null, limit: 1000, ...parts };
}

/** `by("a", "-b")`: by a ascending, then by b descending. */
export function by(...fields: readonly string[]): Sort {
  return fields.map((field) =>
    field.startsWith("-") ? { field: field.slice(1), descending: true } : { field, descending: false },
  );
}

export function where(field: string, op: Filter["op"], value: FieldValue): ListQuery {
  return query({ filters: [{ field, op, value }] });
}
