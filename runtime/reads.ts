import type { Entity, StreamName, View } from "@plinth/model";
import {
  type Caller,
  type GetRequest,
  type Json,
  type ListQuery,
  type ListReply,
  type ListRequest,
  type ListSelection,
  PlinthError,
  type Row,
  type RowReply,
  type RowRequest,
  type RowsRequest,
  type StateReply,
  type Store,
} from "@plinth/ports";
import type { Entities } from "./entities.ts";
import { envelope } from "./envelope.ts";
import type { Fresh } from "./fresh.ts";
import { keyWithin } from "./keys.ts";
import { cursorAfter, type Listable, listQuery } from "./lists.ts";
import { checkId } from "./names.ts";
import type { Policies } from "./policy.ts";
import type { Views } from "./views.ts";

/** What reads are made from. */
export interface ReadParts {
  readonly store: Store;
  readonly entities: Entities;
  readonly views: Views;
  readonly policies: Policies;
  readonly fresh: Fresh;
}

/** The state of an entity as it is answered, and as policies are asked about it. */
interface Current {
  readonly state: unknown;
  readonly version: number;
  readonly json: Json;
}

/** One page of a list, before it is asked what of it the actor may read. */
interface Page {
  readonly found: readonly Found[];
  readonly items: readonly Json[];
  readonly next: string | null;
  /** The position that the items have at least reached. */
  readonly position: number;
}

/** An item found: what it is filtered and sorted by, and what is answered. */
interface Found {
  readonly key: string;
  readonly content: Json;
  readonly json: Json;
}

/** Answers reads of states and rows, within the actor's tenant and what policies allow. */
export class Reads {
  readonly #parts: ReadParts;

  constructor(parts: ReadParts) {
    this.#parts = parts;
  }

  /** An entity is always read as the log has it now, so no position is waited for. */
  state(entity: Entity, request: GetRequest): StateReply | Promise<StateReply> {
    const { caller, id, atLeast } = request;
    checkId(id);
    const stream = { tenant: caller.actor.tenant, entity: entity.name, id };
    const found = this.#parts.fresh.read<Current>(
      `entity ${entity.name} ${keyWithin(stream.tenant, id)}`,
      atLeast,
      () => this.#current(entity, stream),
      ({ json }) => json.length,
    );
    return then(found, (current) => this.#stateReply(entity, request, current));
  }

  #stateReply(entity: Entity, { caller, id }: GetRequest, { state, version, json }: Current): StateReply {
    this.#parts.policies.checkRead(entity, caller.actor, version === 0 ? null : state, id);
    if (version === 0) throw new PlinthError("not_found", `There is no ${entity.name} "${id}".`);
    return { id, version, state: json };
  }

  async #current(entity: Entity, stream: StreamName): Promise<Current> {
    const { state, version } = await this.#parts.entities.read(entity, stream);
    return { state, version, json: JSON.stringify(state) };
  }

  states(entity: Entity, request: ListRequest): ListReply | Promise<ListReply> {
    if (!entity.stored)
      throw new PlinthError("not_found", `States of ${entity.name} are not kept in a list.`);
    const { fresh, policies } = this.#parts;
    const { actor } = request.caller;
    policies.checkRead(entity, actor, null, null);
    const query = listQuery(entity, request);
    const found = fresh.read<Page>(
      `entities ${entity.name} ${keyWithin(actor.tenant, JSON.stringify(query))}`,
      request.atLeast,
      () => this.#states(entity, request, query),
      lengthOf,
    );
    const mayRead =
      entity.allow && ((state: unknown, id: string) => policies.mayRead(entity, actor, state, id));
    return then(found, (page) => allowed(page, mayRead));
  }

  async #states(entity: Entity, request: ListRequest, query: ListQuery): Promise<Page> {
    const { store } = this.#parts;
    const position = await store.log.head();
    const states = await store.states.list(request.caller.actor.tenant, entity.name, query);
    const found = states.map(({ id, version, state }) => ({
      key: id,
      content: state,
      json: envelope(id, version, state),
    }));
    return page(entity, request, found, position);
  }

  row(view: View, { caller, key, atLeast }: RowRequest): RowReply | Promise<RowReply> {
    checkId(key);
    this.#parts.policies.checkRow(view, caller.actor, null);
    const found = this.#parts.fresh.read<Row | null>(
      `${this.#nameOf(view)} row ${keyWithin(caller.actor.tenant, key)}`,
      atLeast,
      () => this.#row(view, caller, key, atLeast),
      (row) => row?.row.length ?? 0,
    );
    return then(found, (row) => this.#rowReply(view, caller, key, row));
  }

  #rowReply(view: View, { actor }: Caller, key: string, found: Row | null): RowReply {
    if (!found) throw new PlinthError("not_found", `There is no row "${key}" in ${view.name}.`);
    if (view.allow) this.#parts.policies.checkRow(view, actor, JSON.parse(found.row));
    return { row: found.row, position: found.position };
  }

  async #row(view: View, caller: Caller, key: string, atLeast: number): Promise<Row | null> {
    const { store, views } = this.#parts;
    await views.reach(view.name, atLeast, caller.deadlineMs);
    return views.read(view.name, (table) => store.rows.get(table, caller.actor.tenant, key));
  }

  rows(view: View, request: RowsRequest): ListReply | Promise<ListReply> {
    const { fresh, policies } = this.#parts;
    const { actor } = request.caller;
    policies.checkRow(view, actor, null);
    const query = listQuery(view, request);
    const found = fresh.read<Page>(
      `${this.#nameOf(view)} rows ${keyWithin(actor.tenant, JSON.stringify(query))}`,
      request.atLeast,
      () => this.#rows(view, request, query),
      lengthOf,
    );
    return then(found, (page) =>
      allowed(page, view.allow && ((row) => policies.mayReadRow(view, actor, row))),
    );
  }

  async #rows(view: View, request: RowsRequest, query: ListQuery): Promise<Page> {
    const { store, views } = this.#parts;
    const { actor, deadlineMs } = request.caller;
    await views.reach(view.name, request.atLeast, deadlineMs);
    const position = await views.reached(view.name);
    const rows = await views.read(view.name, (table) => store.rows.list(table, actor.tenant, query));
    const found = rows.map(({ key, row }) => ({ key, content: row, json: row }));
    return page(view, request, found, position);
  }

  /** Another build may answer from another table, while nothing in the store changes. */
  #nameOf({ name }: View): string {
    return `view ${name} ${this.#parts.views.live(name).generation}`;
  }
}

/** Goes on with a value, at once where it is there already. */
function then<Value, Result>(
  value: Value | Promise<Value>,
  go: (value: Value) => Result,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(go) : go(value);
}

function lengthOf({ found }: Page): number {
  return found.reduce((sum, { key, json }) => sum + key.length + json.length, 0);
}

/** Cuts what was found to the limit: it was asked for one more, to see whether there is a next page. */
function page(listable: Listable, selection: ListSelection, all: readonly Found[], position: number): Page {
  const found = all.slice(0, selection.limit);
  const last = found.at(-1);
  const next =
    all.length > selection.limit && last
      ? cursorAfter(listable, selection, { key: last.key, fields: JSON.parse(last.content) })
      : null;
  return { found, items: found.map(({ json }) => json), next, position };
}

/** What the actor may not read is left out, and the page is then shorter. */
function allowed(
  { found, items, next, position }: Page,
  mayRead: ((content: unknown, key: string) => boolean) | null,
): ListReply {
  if (mayRead === null) return { items, next, position };
  const readable = found.filter(({ content, key }) => mayRead(JSON.parse(content), key));
  return { items: readable.map(({ json }) => json), next, position };
}
