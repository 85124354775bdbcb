import type { AnyCommand, Entity, Service, View } from "@plinth/model";
import {
  type Change,
  type CommandReply,
  type CommandRequest,
  type GetRequest,
  type ListReply,
  type ListRequest,
  type Metric,
  type Operations,
  PlinthError,
  type Readiness,
  type RowReply,
  type RowRequest,
  type RowsRequest,
  type StateReply,
  type WatchRequest,
} from "@plinth/ports";
import type { Commands, Order } from "./commands.ts";
import type { Health } from "./health.ts";
import type { Reads } from "./reads.ts";
import type { Watches } from "./watch.ts";

/** What operations are carried out by. */
export interface OperationParts {
  readonly service: Service;
  readonly commands: Commands;
  readonly reads: Reads;
  readonly watches: Watches;
  readonly health: Health;
  /** What is measured elsewhere in the runtime. */
  readonly measure: () => readonly Metric[];
}

/** The service as every protocol sees it. */
export class ServiceOperations implements Operations {
  readonly service: Service;
  readonly #parts: OperationParts;
  readonly #entities: ReadonlyMap<string, Entity>;
  readonly #views: ReadonlyMap<string, View>;

  constructor(parts: OperationParts) {
    this.#parts = parts;
    this.service = parts.service;
    this.#entities = new Map(parts.service.entities.map((entity) => [entity.name, entity]));
    this.#views = new Map(parts.service.views.map((view) => [view.name, view]));
  }

  run(request: CommandRequest): Promise<CommandReply> {
    try {
      return this.#parts.commands.run(this.#order(request));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  get(request: GetRequest): StateReply | Promise<StateReply> {
    return this.#parts.reads.state(this.#entity(request.entity), request);
  }

  list(request: ListRequest): ListReply | Promise<ListReply> {
    return this.#parts.reads.states(this.#entity(request.entity), request);
  }

  row(request: RowRequest): RowReply | Promise<RowReply> {
    return this.#parts.reads.row(this.#view(request.view), request);
  }

  rows(request: RowsRequest): ListReply | Promise<ListReply> {
    return this.#parts.reads.rows(this.#view(request.view), request);
  }

  watch(request: WatchRequest): AsyncIterable<Change> {
    const { watches, health } = this.#parts;
    const { kind, name } = request.target;
    const signal = AbortSignal.any([request.signal, health.draining]);
    return kind === "entity"
      ? watches.entity(this.#entity(name), { ...request, signal })
      : watches.view(this.#view(name), { ...request, signal });
  }

  readiness(): Readiness {
    return this.#parts.health.readiness();
  }

  metrics(): readonly Metric[] {
    return [...this.#parts.commands.metrics(), ...this.#parts.measure()];
  }

  #order(request: CommandRequest): Order {
    const entity = this.#entity(request.entity);
    const command = commandOf(entity, request.command);
    const { caller, id, input, expectedVersion } = request;
    const commandId = scopedKey(request);
    return { caller, entity, command, id, input, commandId, expectedVersion, trusted: false };
  }

  #entity(name: string): Entity {
    const entity = this.#entities.get(name);
    if (!entity) throw new PlinthError("not_found", `There is no entity "${name}".`);
    return entity;
  }

  #view(name: string): View {
    const view = this.#views.get(name);
    if (!view) throw new PlinthError("not_found", `There is no view "${name}".`);
    return view;
  }
}

function commandOf(entity: Entity, name: string): AnyCommand {
  const command = Object.hasOwn(entity.commands, name) ? entity.commands[name] : undefined;
  if (!command) throw new PlinthError("not_found", `${entity.name} has no command "${name}".`);
  return command;
}

/** A client's key is its own: another actor's, or another tenant's, is another command. */
function scopedKey({ idempotencyKey, caller: { actor } }: CommandRequest): string | null {
  return idempotencyKey === null ? null : JSON.stringify([actor.tenant, actor.id, idempotencyKey]);
}
