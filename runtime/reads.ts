import type { Entity, View } from "@plinth/model";
import {
  type GetRequest,
  type Json,
  type ListReply,
  type ListRequest,
  PlinthError,
  type RowReply,
  type RowRequest,
  type RowsRequest,
  type StateReply,
  type Store,
} from "@plinth/ports";
import type { Entities } from "./entities.ts";
import { envelope } from "./envelope.ts";
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
}

/** Answers reads of states and rows, within the actor's tenant and what policies allow. */
export class Reads {
  readonly #parts: ReadParts;

  constructor(parts: ReadParts) {
    this.#parts = parts;
  }

  /** An entity is always read as the log has it now, so no position is waited for. */
  async state(entity: Entity, { caller, id }: GetRequest): Promise<StateReply> {
    const { entities, policies } = this.#parts;
    checkId(id);
    const stream = { tenant: caller.actor.tenant, entity: entity.name, id };
    const { state, version } = await entities.read(entity, stream);
    policies.checkRead(entity, caller.actor, version === 0 ? null : state, id);
    if (version === 0) throw new PlinthError("not_found", `There is no ${entity.name} "${id}".`);
    return { id, version, state: JSON.stringify(state) };
  }

  async states(entity: Entity, request: ListRequest): Promise<ListReply> {
    if (!entity.stored)
      throw new PlinthError("not_found", `States of ${entity.name} are not kept in a list.`);
    const { store, policies } = this.#parts;
    const { actor } = request.caller;
    policies.checkRead(entity, actor, null, null);
    const query = listQuery(entity, request);
    const position = await store.log.head();
    const found = await store.states.list(actor.tenant, entity.name, query);
    const items = found.map(({ id, version, state }) => ({
      key: id,
      content: state,
      json: envelope(id, version, state),
    }));
    const mayRead = (state: unknown, id: string) => policies.mayRead(entity, actor, state, id);
    return page(entity, request, items, entity.allow ? mayRead : null, position);
  }

  async row(view: View, { caller, key, atLeast }: RowRequest): Promise<RowReply> {
    const { store, views, policies } = this.#parts;
    checkId(key);
    policies.checkRow(view, caller.actor, null);
    await views.reach(view.name, atLeast, caller.deadlineMs);
    const found = await views.read(view.name, (table) => store.rows.get(table, caller.actor.tenant, key));
    if (!found) throw new PlinthError("not_found", `There is no row "${key}" in ${view.name}.`);
    if (view.allow) policies.checkRow(view, caller.actor, JSON.parse(found.row));
    return { row: found.row, position: found.position };
  }

  async rows(view: View, request: RowsRequest): Promise<ListReply> {
    const { store, views, policies } = this.#parts;
    const { actor, deadlineMs } = request.caller;
    policies.checkRow(view, actor, null);
    const query = listQuery(view, request);
    await views.reach(view.name, request.atLeast, deadlineMs);
    const position = await views.reached(view.name);
    const found = await views.read(view.name, (table) => store.rows.list(table, actor.tenant, query));
    const items = found.map(({ key, row }) => ({ key, content: row, json: row }));
    const mayRead = (row: unknown) => policies.mayReadRow(view, actor, row);
    return page(view, request, items, view.allow ? mayRead : null, position);
  }
}

/** An item found: what it is filtered and sorted by, and what is answered. */
interface Found {
  readonly key: string;
  readonly content: Json;
  readonly json: Json;
}

/** Cuts what was found to the limit; what the actor may not read is left out, and the page is then shorter. */
function page(
  listable: Listable,
  request: ListRequest | RowsRequest,
  found: readonly Found[],
  mayRead: ((content: unknown, key: string) => boolean) | null,
  position: number,
): ListReply {
  const shown = found.slice(0, request.limit);
  const last = shown.at(-1);
  const more = found.length > request.limit && last !== undefined;
  const readable = mayRead ? shown.filter(({ content, key }) => mayRead(JSON.parse(content), key)) : shown;
  return {
    items: readable.map(({ json }) => json),
    next: more ? cursorAfter(listable, request, { key: last.key, fields: JSON.parse(last.content) }) : null,
    position,
  };
}
