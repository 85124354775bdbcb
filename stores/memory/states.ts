import type { StreamName } from "@plinth/model";
import type { Json, ListQuery, States, StoredState } from "@plinth/ports";
import { idOf } from "./identity.ts";
import { listed } from "./lists.ts";
import { type Shelves, shelf } from "./shelves.ts";
import type { Turns } from "./turns.ts";

export class MemoryStates implements States {
  /** By tenant and entity, then by id. */
  readonly #states = new Map<string, Map<string, StoredState>>();
  /** As a copy reads and writes them. */
  readonly shelves: Shelves<"states"> = {
    states: shelf(
      () => this.#all(),
      ({ stream: { tenant, entity, id }, version, state }) => [tenant, entity, id, version, state] as const,
      ([tenant, entity, id, version, state]) => this.keep({ tenant, entity, id }, version, state),
    ),
  };
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  async get({ tenant, entity, id }: StreamName): Promise<StoredState | null> {
    await this.#turns.next();
    return this.#of(tenant, entity).get(id) ?? null;
  }

  async list(tenant: string, entity: string, query: ListQuery): Promise<readonly StoredState[]> {
    await this.#turns.next();
    return listed(this.#of(tenant, entity), ({ state }) => state, query);
  }

  /** Nothing to make quick here. */
  async index(): Promise<void> {
    await this.#turns.next();
  }

  /** Part of a commit. */
  keep({ tenant, entity, id }: StreamName, version: number, state: Json): void {
    this.#of(tenant, entity).set(id, { id, version, state });
  }

  *#all(): Iterable<Omit<StoredState, "id"> & { readonly stream: StreamName }> {
    for (const [name, states] of this.#states) {
      const [tenant, entity] = JSON.parse(name) as [string, string];
      for (const { id, version, state } of states.values())
        yield { stream: { tenant, entity, id }, version, state };
    }
  }

  #of(tenant: string, entity: string): Map<string, StoredState> {
    const states = this.#states.get(idOf(tenant, entity)) ?? new Map();
    this.#states.set(idOf(tenant, entity), states);
    return states;
  }
}
