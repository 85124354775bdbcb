import type { AnyCommand, Entity, Service, View } from "@plinth/model";
import {
  type Change,
  type Clock,
  type CommandReply,
  type CommandRequest,
  type GetRequest,
  type ListReply,
  type ListRequest,
  type Metric,
  type Operations,
  PlinthError,
  type Readiness,
  RefusedError,
  type RowReply,
  type RowRequest,
  type RowsRequest,
  type StateReply,
  type WatchRequest,
} from "@plinth/ports";
import type { Commands } from "./commands.ts";
import type { Health } from "./health.ts";
import { Counter, Histogram } from "./metrics.ts";
import type { Reads } from "./reads.ts";
import type { Watches } from "./watch.ts";

/** What operations are carried out by. */
export interface OperationParts {
  readonly service: Service;
  readonly commands: Commands;
  readonly reads: Reads;
  readonly watches: Watches;
  readonly health: Health;
  readonly clock: Clock;
  readonly commandsMax: number;
  /** What is measured elsewhere in the runtime. */
  readonly measure: () => readonly Metric[];
}

/** Bounds of the latency histogram, in seconds. */
const LATENCIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The service as every protocol sees it. */
export class ServiceOperations implements Operations {
  readonly service: Service;
  readonly #parts: OperationParts;
  readonly #entities: ReadonlyMap<string, Entity>;
  readonly #views: ReadonlyMap<string, View>;
  readonly #outcomes = new Counter("plinth_commands_total", "Commands by what became of them.");
  readonly #latency = new Histogram(
    "plinth_command_seconds",
    "Time from request to durable answer.",
    LATENCIES,
  );

  constructor(parts: OperationParts) {
    this.#parts = parts;
    this.service = parts.service;
    this.#entities = new Map(parts.service.entities.map((entity) => [entity.name, entity]));
    this.#views = new Map(parts.service.views.map((view) => [view.name, view]));
  }

  async run(request: CommandRequest): Promise<CommandReply> {
    const { clock, commands } = this.#parts;
    const entity = this.#entity(request.entity);
    const command = commandOf(entity, request.command);
    const began = clock.elapsed();
    let outcome = "accepted";
    try {
      this.#checkCapacity();
      const { caller, id, input, expectedVersion } = request;
      const commandId = scopedKey(request);
      return await commands.run({
        caller,
        entity,
        command,
        id,
        input,
        commandId,
        expectedVersion,
        trusted: false,
      });
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      this.#outcomes.add({ entity: entity.name, command: command.name, outcome });
      this.#latency.observe((clock.elapsed() - began) / 1000);
    }
  }

  async get(request: GetRequest): Promise<StateReply> {
    return this.#parts.reads.state(this.#entity(request.entity), request);
  }

  async list(request: ListRequest): Promise<ListReply> {
    return this.#parts.reads.states(this.#entity(request.entity), request);
  }

  async row(request: RowRequest): Promise<RowReply> {
    return this.#parts.reads.row(this.#view(request.view), request);
  }

  async rows(request: RowsRequest): Promise<ListReply> {
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
    return [this.#outcomes.read(), this.#latency.read(), ...this.#parts.measure()];
  }

  #checkCapacity(): void {
    const { commands, commandsMax, health } = this.#parts;
    if (health.draining.aborted)
      throw new PlinthError("unavailable", "This process is shutting down.", { retryAfterMs: 1000 });
    if (commands.inFlight >= commandsMax)
      throw new PlinthError("unavailable", "Too many commands are under way.", { retryAfterMs: 1000 });
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

function outcomeOf(error: unknown): string {
  if (error instanceof RefusedError) return "refused";
  return error instanceof PlinthError ? error.code : "internal";
}
