import type { Actor, AnyCommand, Entity, Service, View } from "@plinth/model";
import { PlinthError } from "@plinth/ports";

/** What a command's policy is asked about. */
interface Request {
  readonly actor: Actor;
  readonly state: unknown;
  readonly input: unknown;
  readonly id: string;
}

/**
 * Who may do what: each policy of the model, and "no" where there is none, unless the service is public.
 */
export class Policies {
  readonly #byDefault: boolean;

  constructor(service: Service) {
    this.#byDefault = service.public;
  }

  /** Whether the actor may run the command. */
  mayRun(command: AnyCommand, request: Request): boolean {
    return command.allow ? command.allow(request) : this.#byDefault;
  }

  /** Whether the actor may read this state. */
  mayRead(entity: Entity, actor: Actor, state: unknown, id: string | null): boolean {
    return entity.allow ? entity.allow({ actor, state, id }) : this.#byDefault;
  }

  /** @throws PlinthError `permission_denied` where the actor may not read this state. */
  checkRead(entity: Entity, actor: Actor, state: unknown, id: string | null): void {
    if (!this.mayRead(entity, actor, state, id)) throw denied(`read ${entity.name}`);
  }

  /** Whether the actor may read this row. */
  mayReadRow(view: View, actor: Actor, row: unknown): boolean {
    return view.allow ? view.allow({ actor, row }) : this.#byDefault;
  }

  /** @throws PlinthError `permission_denied` where the actor may not read this row, or the view at all. */
  checkRow(view: View, actor: Actor, row: unknown): void {
    if (!this.mayReadRow(view, actor, row)) throw denied(`read ${view.name}`);
  }
}

function denied(what: string): PlinthError {
  return new PlinthError("permission_denied", `You may not ${what}.`);
}
