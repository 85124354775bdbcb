import type { Actor, Entity, StreamName, View } from "@plinth/model";
import {
  type Caller,
  type GetRequest,
  type Json,
  type ListReply,
  type ListRequest,
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
import { type Asked, cursorAfter, Selections } from "./lists.ts";
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

/** The state of an entity as policies are asked about it, and as it is answered. */
interface Current {
  readonly state: unknown;
  readonly reply: StateReply;
}

/** One page of a list, before it is asked what of it the actor may read. */
interface Page {
  readonly found: readonly Found[];
  /** All of it. */
  readonly reply: ListReply;
}

/** An item found: what it is filtered and sorted by, and what is answered. */
interface Found {
  readonly key: string;
  readonly content: Json;
  readonly json: Json;
}

/**
 * Answers reads of states and rows, within the actor's tenant and what policies allow. As long as nothing changes, the
 * same read is answered with the same object.
 */
export class Reads {
  readonly #parts: ReadParts;
  readonly #selections = new Selections();

  constructor(parts: ReadParts) {
    this.#parts = parts;
  }

  /** An entity is always read as the log has it now, so no position is waited for. */
  state(entity: Entity, request: GetRequest): StateReply | Promise<StateReply> {
    const { caller, id, atLeast } = request;
    const { fresh } = this.#parts;
    const { tenant } = caller.actor;
    const name = keyWithin(tenant, id);
    const known = fresh.known<Current>(entity, name, atLeast);
    if (known) return this.#stateReply(entity, caller, known);
    checkId(id);
    const find = () => this.#current(entity, { tenant, entity: entity.name, id });
    return fresh
      .read(entity, name, atLeast, find, ({ reply }) => reply.state.length)
      .then((current) => this.#stateReply(entity, caller, current));
  }

  #stateReply(entity: Entity, { actor }: Caller, { state, reply }: Current): StateReply {
    const { id, version } = reply;
    this.#parts.policies.checkRead(entity, actor, version === 0 ? null : state, id);
    if (version === 0) throw new PlinthError("not_found", `There is no ${entity.name} "${id}".`);
    return reply;
  }

  async #current(entity: Entity, stream: StreamName): Promise<Current> {
    const { state, version } = await this.#parts.entities.read(entity, stream);
    return { state, reply: { id: stream.id, version, state: JSON.stringify(state) } };
  }

  states(entity: Entity, request: ListRequest): ListReply | Promise<ListReply> {
    if (!entity.stored)
      throw new PlinthError("not_found", `States of ${entity.name} are not kept in a list.`);
    const { fresh, policies } = this.#parts;
    const { caller, atLeast } = request;
    policies.checkRead(entity, caller.actor, null, null);
    const asked = this.#selections.read(entity, request);
    const name = keyWithin(caller.actor.tenant, asked.name);
    const known = fresh.known<Page>(entity, name, atLeast);
    if (known) return this.#statesReply(entity, caller, known);
    return fresh
      .read(entity, name, atLeast, () => this.#states(entity, caller, asked), lengthOf)
      .then((page) => this.#statesReply(entity, caller, page));
  }

  #statesReply(entity: Entity, { actor }: Caller, page: Page): ListReply {
    if (!entity.allow) return page.reply;
    return allowed(page, (state, id) => this.#parts.policies.mayRead(entity, actor, state, id));
  }

  async #states(entity: Entity, { actor }: Caller, asked: Asked): Promise<Page> {
    const { store } = this.#parts;
    const position = await store.log.head();
    const states = await store.states.list(actor.tenant, entity.name, asked.query);
    const found = states.map(({ id, version, state }) => ({
      key: id,
      content: state,
      json: envelope(id, version, state),
    }));
    return page(asked, found, position);
  }

  row(view: View, { caller, key, atLeast }: RowRequest): RowReply | Promise<RowReply> {
    const { fresh, policies, views } = this.#parts;
    const { actor } = caller;
    policies.checkRow(view, actor, null);
    const table = views.live(view.name);
    const name = keyWithin(actor.tenant, key);
    const known = fresh.known<Row | null>(table, name, atLeast);
    if (known !== undefined) return this.#rowReply(view, actor, key, known);
    checkId(key);
    const find = () => this.#row(view, caller, key, atLeast);
    return fresh
      .read(table, name, atLeast, find, (row) => row?.row.length ?? 0)
      .then((row) => this.#rowReply(view, actor, key, row));
  }

  #rowReply(view: View, actor: Actor, key: string, found: Row | null): RowReply {
    if (!found) throw new PlinthError("not_found", `There is no row "${key}" in ${view.name}.`);
    if (view.allow) this.#parts.policies.checkRow(view, actor, JSON.parse(found.row));
    return found;
  }

  async #row(view: View, caller: Caller, key: string, atLeast: number): Promise<Row | null> {
    const { store, views } = this.#parts;
    await views.reach(view.name, atLeast, caller.deadlineMs);
    const { tenant } = caller.actor;
    return views.read(view.name, (table) =>
      store.rows.get(table, tenant, key, views.reachedIn(table, atLeast)),
    );
  }

  rows(view: View, request: RowsRequest): ListReply | Promise<ListReply> {
    const { fresh, policies, views } = this.#parts;
    const { caller, atLeast } = request;
    policies.checkRow(view, caller.actor, null);
    const asked = this.#selections.read(view, request);
    const table = views.live(view.name);
    const name = keyWithin(caller.actor.tenant, asked.name);
    const known = fresh.known<Page>(table, name, atLeast);
    if (known) return this.#rowsReply(view, caller, known);
    return fresh
      .read(table, name, atLeast, () => this.#rows(view, caller, atLeast, asked), lengthOf)
      .then((page) => this.#rowsReply(view, caller, page));
  }

  #rowsReply(view: View, { actor }: Caller, page: Page): ListReply {
    if (!view.allow) return page.reply;
    return allowed(page, (row) => this.#parts.policies.mayReadRow(view, actor, row));
  }

  async #rows(view: View, caller: Caller, atLeast: number, asked: Asked): Promise<Page> {
    const { store, views } = this.#parts;
    const { actor, deadlineMs } = caller;
    await views.reach(view.name, atLeast, deadlineMs);
    const position = await views.reached(view.name);
    const least = Math.max(atLeast, position);
    const rows = await views.read(view.name, (table) =>
      store.rows.list(table, actor.tenant, asked.query, views.reachedIn(table, least)),
    );
    const found = rows.map(({ key, row }) => ({ key, content: row, json: row }));
    return page(asked, found, position);
  }
}

function lengthOf({ found }: Page): number {
  return found.reduce((sum, { key, json }) => sum + key.length + json.length, 0);
}

/** Cuts what was found to the limit: it was asked for one more, to see whether there is a next page. */
function page({ listable, selection }: Asked, all: readonly Found[], position: number): Page {
  const found = all.slice(0, selection.limit);
  const last = found.at(-1);
  const next =
    all.length > selection.limit && last
      ? cursorAfter(listable, selection, { key: last.key, fields: JSON.parse(last.content) })
      : null;
  return { found, reply: { items: found.map(({ json }) => json), next, position } };
}

/** What the actor may not read is left out, and the page is then shorter. */
function allowed({ found, reply }: Page, mayRead: (content: unknown, key: string) => boolean): ListReply {
  const readable = found.filter(({ content, key }) => mayRead(JSON.parse(content), key));
  if (readable.length === found.length) return reply;
  return { ...reply, items: readable.map(({ json }) => json) };
}
