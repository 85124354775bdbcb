import type {
  AnyCommand,
  Entity,
  FactsContext,
  Read,
  Readable,
  ReadOptions,
  Service,
  Stateful,
} from "@plinth/model";
import { type Condition, PlinthError, type Store } from "@plinth/ports";
import type { Entities } from "./entities.ts";

/** Reads rows of views, as far as facts need it. */
export interface RowReader {
  /** A row of the view's live generation, parsed; null where there is none. */
  read(view: string, tenant: string, key: string): Promise<unknown>;
  /** Resolves when the view has reached the position. */
  reach(view: string, position: number): Promise<void>;
}

/** What `facts` has read, and what of it must still hold when the commit is judged. */
export interface Facts {
  readonly facts: unknown;
  readonly conditions: readonly Condition[];
}

/** Nothing beyond the entity itself. */
export const NO_FACTS: Facts = { facts: undefined, conditions: [] };

/** Lets commands read beyond their own entity before they decide. */
export class FactReader {
  readonly #service: Service;
  readonly #store: Store;
  readonly #entities: Entities;
  readonly #rows: RowReader;

  constructor(service: Service, store: Store, entities: Entities, rows: RowReader) {
    this.#service = service;
    this.#store = store;
    this.#entities = entities;
    this.#rows = rows;
  }

  /** Runs a command's `facts` and notes what it read as `consistent`. */
  async gather(command: AnyCommand, context: Omit<FactsContext<unknown, unknown>, "read">): Promise<Facts> {
    if (!command.facts) return NO_FACTS;
    const conditions: Condition[] = [];
    const { tenant } = context.actor;
    const read = (from: Stateful<unknown> | Readable<unknown>, key: string, options: ReadOptions = {}) =>
      from.kind === "entity"
        ? this.#readEntity(this.#entity(from.name), tenant, key, options, conditions)
        : this.#readRow(from.name, tenant, key, options, conditions);
    const facts = await command.facts({ ...context, read: read as Read });
    return { facts, conditions };
  }

  async #readEntity(
    entity: Entity,
    tenant: string,
    id: string,
    options: ReadOptions,
    conditions: Condition[],
  ) {
    const stream = { tenant, entity: entity.name, id };
    const { state, version } = await this.#entities.read(entity, stream);
    if (options.consistent) conditions.push({ kind: "version", stream, version });
    return version === 0 ? null : { id, version, state };
  }

  /**
   * A view lags behind the log, so a consistent read first waits until the view has reached the head, then makes
   * the commit depend on no event of the view's entities coming after it.
   */
  async #readRow(name: string, tenant: string, key: string, options: ReadOptions, conditions: Condition[]) {
    if (!options.consistent) return this.#rows.read(name, tenant, key);
    const view = this.#service.views.find((view) => view.name === name);
    if (!view) throw unknownSource("view", name);
    const head = await this.#store.log.head();
    await this.#rows.reach(name, head);
    const entities = view.from.map((entity) => entity.name);
    conditions.push({ kind: "unchanged", tenant, entities, after: head });
    return this.#rows.read(name, tenant, key);
  }

  #entity(name: string): Entity {
    const entity = this.#service.entities.find((entity) => entity.name === name);
    if (!entity) throw unknownSource("entity", name);
    return entity;
  }
}

function unknownSource(kind: string, name: string): PlinthError {
  return new PlinthError("internal", `Facts read the ${kind} "${name}", which is not part of the service.`);
}
