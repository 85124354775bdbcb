import type { Actor, AnyCommand, Entity, StreamName } from "@plinth/model";
import { PlinthError } from "@plinth/ports";
import type { Policies } from "./policy.ts";

/** What a command is about to be decided on. */
export interface Intent {
  readonly stream: StreamName;
  readonly state: unknown;
  /** 0: there is no such entity yet. */
  readonly version: number;
  /** Validated. */
  readonly input: unknown;
  readonly actor: Actor;
  /** The version that the client expects, or null. */
  readonly expectedVersion: number | null;
}

/**
 * What speaks against a command before it is decided, or null. The policy goes first: it may hide what exists.
 * `policies` is null for the platform's own commands, which pass every policy.
 */
export function objectionTo(
  entity: Entity,
  command: AnyCommand,
  { stream: { id }, state, version, input, actor, expectedVersion }: Intent,
  policies: Policies | null,
): PlinthError | null {
  const exists = version > 0;
  if (policies && !policies.mayRun(command, { actor, state: exists ? state : null, input, id }))
    return new PlinthError("permission_denied", `You may not run ${entity.name}.${command.name}.`);
  if (command.on === "existing" && !exists)
    return new PlinthError("not_found", `There is no ${entity.name} "${id}".`);
  if (command.on === "new" && exists)
    return new PlinthError("already_exists", `There is already a ${entity.name} "${id}".`);
  if (expectedVersion === null || expectedVersion === version) return null;
  const message = `The ${entity.name} is at version ${version}, not at ${expectedVersion}.`;
  return new PlinthError("version_conflict", message);
}
