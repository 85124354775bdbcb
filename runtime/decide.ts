import type { Actor, AnyCommand, Decision, Emitted, Entity, Refusal, StreamName } from "@plinth/model";
import { PlinthError } from "@plinth/ports";
import { faultsOf } from "./input.ts";

/** Everything that one decision depends on. */
export interface Situation {
  readonly stream: StreamName;
  readonly state: unknown;
  /** Version of the stream that `state` was folded from; 0: no event yet. */
  readonly version: number;
  /** Validated. */
  readonly input: unknown;
  readonly actor: Actor;
  /** ISO 8601 in UTC. */
  readonly now: string;
  readonly id: () => string;
  readonly facts: unknown;
}

/** A decision carried out on the state, before it is committed. */
export type Verdict =
  | {
      readonly kind: "events";
      readonly events: readonly Emitted[];
      readonly state: unknown;
      readonly version: number;
    }
  | Refusal;

/** Decides and evolves. Pure: the same situation gives the same verdict. */
export function decide(entity: Entity, command: AnyCommand, situation: Situation): Verdict {
  const { stream, state, input, actor, now, id, facts } = situation;
  const decision: Decision | undefined = command.decide(state, input, {
    emit: emittersOf(entity),
    refuse,
    now,
    id,
    actor,
    stream,
    facts,
  });
  if (decision === undefined) throw noDecision(entity, command);
  if ("kind" in decision && decision.kind === "refusal") return decision;
  return carryOut(entity, situation, "kind" in decision ? [decision] : decision);
}

function carryOut(entity: Entity, situation: Situation, events: readonly Emitted[]): Verdict {
  let { state, version } = situation;
  for (const event of events) {
    version += 1;
    state = evolve(entity, state, event.name, event.data, { at: situation.now, version });
  }
  return { kind: "events", events, state, version };
}

/** The state after one event. */
export function evolve(
  entity: Entity,
  state: unknown,
  event: string,
  data: unknown,
  context: { at: string; version: number },
): unknown {
  const change = entity.evolve[event];
  if (!change)
    throw new PlinthError("internal", `Entity "${entity.name}" does not know its event "${event}".`);
  return change(state, data, context);
}

function refuse(code: string, message: string): Refusal {
  return { kind: "refusal", code, message };
}

function noDecision(entity: Entity, command: AnyCommand): Error {
  const name = `${entity.name}.${command.name}`;
  return new PlinthError("internal", `Command "${name}" decided nothing: return emit, [] or refuse.`);
}

type Emitters = Readonly<Record<string, (data: unknown) => Emitted>>;

const emitters = new WeakMap<Entity, Emitters>();

function emittersOf(entity: Entity): Emitters {
  const known = emitters.get(entity);
  if (known) return known;
  const made = Object.fromEntries(Object.keys(entity.events).map((name) => [name, emitter(entity, name)]));
  emitters.set(entity, made);
  return made;
}

function emitter(entity: Entity, name: string): (data: unknown) => Emitted {
  const schema = entity.events[name]!;
  return (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { kind: "emitted", name, data: result.data };
    const faults = faultsOf(result.error).map(({ path, message }) => `${path || "data"}: ${message}`);
    throw new PlinthError("internal", `Event "${entity.name}.${name}" was emitted with ${faults.join("; ")}`);
  };
}
