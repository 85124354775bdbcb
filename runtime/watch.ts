import type { Entity, View } from "@plinth/model";
import {
  type Change,
  type Filter,
  type Json,
  PlinthError,
  type Store,
  type WatchRequest,
} from "@plinth/ports";
import type { Entities } from "./entities.ts";
import { envelope } from "./envelope.ts";
import { checkFilters } from "./lists.ts";
import type { Policies } from "./policy.ts";
import type { LogEvent, Tail } from "./tail.ts";
import type { Views } from "./views.ts";

/** What watching is made from. */
export interface WatchParts {
  readonly store: Store;
  readonly entities: Entities;
  readonly views: Views;
  readonly policies: Policies;
  readonly tail: Tail;
}

/** Most rows that a watch begins with. */
export const BEGIN_MAX = 1000;

/** Longest time between two looks at how far a view has come, in milliseconds. */
const LOOK_MS = 1000;

/** What a watch of views and one of entities do each in their way. */
interface Source {
  /** What there is now, and the position that it has reached. */
  begin(): Promise<{ found: readonly Current[]; position: number }>;
  /** How far the log may be looked at; resolves when that may be beyond `position`, or after a while. */
  reached(position: number): Promise<number>;
  /** The key that an event changes, or null. */
  key(event: LogEvent): string | null;
  current(key: string): Promise<Current>;
}

/** What is now under a key. */
interface Current {
  readonly key: string;
  /** What filters and policies are asked about; null where there is nothing. */
  readonly content: unknown;
  readonly body: Json | null;
}

/**
 * Follows what views and entities become, from the log: nothing is kept for a client that is away. Who has seen a
 * position that this log does not have, because it was restored to an earlier one, begins anew.
 */
export class Watches {
  readonly #parts: WatchParts;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Changes of an entity, or of all entities of its kind. */
  entity(entity: Entity, request: WatchRequest): AsyncIterable<Change> {
    const { policies } = this.#parts;
    const { actor } = request.caller;
    policies.checkRead(entity, actor, null, request.key);
    checkFilters(entity, request.filters);
    const visible = (state: unknown, key: string) => policies.mayRead(entity, actor, state, key);
    return this.#follow(request, new EntitySource(this.#parts, entity, request), visible);
  }

  /** Changes of a row, or of all rows of a view. */
  view(view: View, request: WatchRequest): AsyncIterable<Change> {
    const { policies } = this.#parts;
    const { actor } = request.caller;
    policies.checkRow(view, actor, null);
    checkFilters(view, request.filters);
    const visible = (row: unknown) => policies.mayReadRow(view, actor, row);
    return this.#follow(request, new ViewSource(this.#parts, view, request), visible);
  }

  async *#follow(
    request: WatchRequest,
    source: Source,
    visible: (content: unknown, key: string) => boolean,
  ): AsyncGenerator<Change> {
    const { signal } = request;
    const show = ({ key, content, body }: Current): Json | null =>
      content !== null && matches(content, request.filters) && visible(content, key) ? body : null;
    let after = request.after;
    if (after === null || after > (await this.#parts.store.log.head())) {
      const { found, position } = await source.begin();
      const shown = found.filter((current) => show(current) !== null);
      for (const [index, current] of shown.entries())
        yield { key: current.key, body: current.body, position: index === shown.length - 1 ? position : 0 };
      after = position;
    }
    while (!signal.aborted) {
      const reached = await source.reached(after);
      if (signal.aborted) return;
      const page = await this.#parts.tail.read(after);
      const events = page.events.filter((event) => event.position <= reached);
      for (const [key, position] of this.#changed(request, source, events)) {
        const current = await source.current(key);
        yield { key, position, body: show(current) };
      }
      after = Math.max(after, Math.min(page.position, reached));
    }
  }

  /** The last event of each key that is watched, in the order of these events. */
  #changed(request: WatchRequest, source: Source, events: readonly LogEvent[]): [string, number][] {
    const last = new Map<string, number>();
    for (const event of events) {
      if (event.stream.tenant !== request.caller.actor.tenant) continue;
      const key = source.key(event);
      if (key === null || (request.key !== null && key !== request.key)) continue;
      last.delete(key);
      last.set(key, event.position);
    }
    return [...last];
  }
}

class ViewSource implements Source {
  readonly #parts: WatchParts;
  readonly #view: View;
  readonly #request: WatchRequest;

  constructor(parts: WatchParts, view: View, request: WatchRequest) {
    this.#parts = parts;
    this.#view = view;
    this.#request = request;
  }

  async begin() {
    const { views, store } = this.#parts;
    const { key, caller } = this.#request;
    const position = await views.reached(this.#view.name);
    if (key !== null) return { found: [await this.current(key)], position };
    const query = { filters: this.#request.filters, sort: [], after: null, limit: BEGIN_MAX + 1 };
    const rows = await views.read(this.#view.name, (table) =>
      store.rows.list(table, caller.actor.tenant, query),
    );
    checkBeginning(rows.length);
    return { found: rows.map(({ key, row }) => ({ key, content: JSON.parse(row), body: row })), position };
  }

  async reached(position: number): Promise<number> {
    const { name } = this.#view;
    const reached = await this.#parts.views.reached(name);
    if (reached > position) return reached;
    await this.#parts.views.waitBeyond(name, position, LOOK_MS);
    return this.#parts.views.reached(name);
  }

  key(event: LogEvent): string | null {
    return Object.hasOwn(this.#view.on, event.type) ? this.#view.key(event) : null;
  }

  async current(key: string): Promise<Current> {
    const { store, views } = this.#parts;
    const { tenant } = this.#request.caller.actor;
    const found = await views.read(this.#view.name, (table) => store.rows.get(table, tenant, key));
    return { key, content: found ? JSON.parse(found.row) : null, body: found?.row ?? null };
  }
}

class EntitySource implements Source {
  readonly #parts: WatchParts;
  readonly #entity: Entity;
  readonly #request: WatchRequest;

  constructor(parts: WatchParts, entity: Entity, request: WatchRequest) {
    this.#parts = parts;
    this.#entity = entity;
    this.#request = request;
  }

  async begin() {
    const { store } = this.#parts;
    const { key, caller, filters } = this.#request;
    const position = await store.log.head();
    if (key !== null) return { found: [await this.current(key)], position };
    if (!this.#entity.stored) return { found: [], position };
    const query = { filters, sort: [], after: null, limit: BEGIN_MAX + 1 };
    const states = await store.states.list(caller.actor.tenant, this.#entity.name, query);
    checkBeginning(states.length);
    const found = states.map(({ id, version, state }) => ({
      key: id,
      content: JSON.parse(state),
      body: envelope(id, version, state),
    }));
    return { found, position };
  }

  async reached(position: number): Promise<number> {
    await this.#parts.tail.wait(position, LOOK_MS, this.#request.signal);
    return this.#parts.tail.end;
  }

  key(event: LogEvent): string | null {
    return event.stream.entity === this.#entity.name ? event.stream.id : null;
  }

  async current(key: string): Promise<Current> {
    const stream = { tenant: this.#request.caller.actor.tenant, entity: this.#entity.name, id: key };
    const { state, version } = await this.#parts.entities.read(this.#entity, stream);
    if (version === 0) return { key, content: null, body: null };
    return { key, content: state, body: envelope(key, version, JSON.stringify(state)) };
  }
}

function checkBeginning(count: number): void {
  if (count <= BEGIN_MAX) return;
  const message = `More than ${BEGIN_MAX} match: filter, or read the list and watch from its position (Last-Event-ID).`;
  throw new PlinthError("invalid_argument", message);
}

function matches(content: unknown, filters: readonly Filter[]): boolean {
  const fields = content as Record<string, Filter["value"] | undefined>;
  return filters.every(({ field, op, value }) => compareBy[op](fields[field] ?? null, value));
}

type Compare = (left: Filter["value"], right: Filter["value"]) => boolean;

/** As stores compare: null equals null alone, and is neither above nor below anything. */
const compareBy: Readonly<Record<Filter["op"], Compare>> = {
  eq: (left, right) => left === right,
  gt: (left, right) => both(left, right) && order(left, right) > 0,
  gte: (left, right) => both(left, right) && order(left, right) >= 0,
  lt: (left, right) => both(left, right) && order(left, right) < 0,
  lte: (left, right) => both(left, right) && order(left, right) <= 0,
};

function both(left: Filter["value"], right: Filter["value"]): boolean {
  return left !== null && right !== null && typeof left === typeof right;
}

function order(left: Filter["value"], right: Filter["value"]): number {
  if (typeof left === "string") return Buffer.compare(Buffer.from(left), Buffer.from(right as string));
  return Number(left) - Number(right);
}
