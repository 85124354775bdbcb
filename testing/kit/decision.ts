import {
  type Actor,
  type AnyCommand,
  DEFAULT_TENANT,
  type Emitted,
  type Entity,
  type EntityShape,
  type Event,
  type InputOf,
  platform,
  type Refusal,
  service,
} from "@plinth/model";
import { PlinthError } from "@plinth/ports";
import { checkId, decide, evolve, objectionTo, Policies, parseInput, type Situation } from "@plinth/runtime";
import { frozen, type Happened, type HappenedOf, json, NOW, recorded } from "./events.ts";
import { type Caller, expectSame, failure } from "./failure.ts";

/** What a decision may depend on besides state and input. What is left out does not matter to the test. */
export interface Circumstances {
  /**
   * Who asks. Without one the platform itself does, which may everything; with one the command's policy is asked,
   * and a command without a policy is refused, as in a service that is not public.
   */
  readonly actor?: Actor;
  /** ISO 8601 in UTC; `NOW` by default. */
  readonly now?: string;
  /** What `id()` gives, one after the other; UUIDs that count up by default. */
  readonly ids?: readonly string[];
  /** What `facts` would have read. */
  readonly facts?: unknown;
  /** Id of the entity; that of its events by default. */
  readonly id?: string;
}

/** An entity to which something has happened. */
export class GivenEntity<Shape extends EntityShape> {
  readonly #entity: Entity;
  readonly #history: readonly Event[];

  constructor(entity: Entity, events: readonly Happened[], caller: Caller) {
    this.#entity = entity;
    this.#history = recorded(events);
    const ids = new Set(this.#history.map(({ stream }) => `${stream.entity} "${stream.id}"`));
    if (ids.size > 1) throw failure(`These events are not of one entity: ${[...ids].join(", ")}.`, caller);
  }

  /** Runs a command as the service would: input, existence, policy, decision, events, state. */
  when<Name extends keyof Shape["commands"] & string>(
    command: Name,
    input: InputOf<Shape, Name>,
    circumstances: Circumstances = {},
  ): Decided<Shape> {
    const found = this.#entity.commands[command];
    if (!found) throw failure(`Entity "${this.#entity.name}" has no command "${command}".`, this.when);
    if (found.facts && !("facts" in circumstances))
      throw failure(`${command} reads facts: hand them in, { facts: ... }.`, this.when);
    const subject = `${this.#entity.name}.${command}`;
    const decided = () => attempt(this.#entity, found, this.#history, json(input), circumstances);
    const result = decided();
    expectSame(decided(), result, `${subject} is not pure: asked again, it decides otherwise.`, this.when);
    return new Decided(subject, result);
  }

  /** The state that its events have led to. */
  thenState(expected: Shape["state"]): this {
    const { state } = fold(this.#entity, this.#history);
    expectSame(json(state), json(expected), `${this.#entity.name} is in another state.`, this.thenState);
    return this;
  }
}

/** What became of a command: events and the state after them, or a no. */
type Result =
  | { readonly kind: "events"; readonly events: readonly Emitted[]; readonly state: unknown }
  | { readonly kind: "refused"; readonly code: string; readonly message: string; readonly paths: string[] };

/** A command that was decided. Every expectation fails at its own line, with what happened instead. */
export class Decided<Shape extends EntityShape> {
  readonly #subject: string;
  readonly #result: Result;

  constructor(subject: string, result: Result) {
    this.#subject = subject;
    this.#result = result;
  }

  /** It emitted exactly these events, in this order; none: there was nothing to do. */
  thenEvents(...expected: readonly HappenedOf<Shape>[]): this {
    const { events } = this.#accepted(this.thenEvents);
    const entity = this.#subject.slice(0, this.#subject.indexOf("."));
    expectSame(
      events.map(({ name, data }) => ({ type: `${entity}.${name}`, data: json(data) })),
      (expected as readonly Happened[]).map(({ type, data }) => ({ type, data })),
      `${this.#subject} emitted other events.`,
      this.thenEvents,
    );
    return this;
  }

  /** It left the entity in this state. */
  thenState(expected: Shape["state"]): this {
    const { state } = this.#accepted(this.thenState);
    expectSame(json(state), json(expected), `${this.#subject} led to another state.`, this.thenState);
    return this;
  }

  /** It was refused: by the domain, or by the platform (`not_found`, `already_exists`, `permission_denied`). */
  thenRefused(code: string, message?: string): this {
    const refused = this.#refused(this.thenRefused);
    expectSame(refused.code, code, `${this.#subject} was refused: ${refused.message}`, this.thenRefused);
    if (message !== undefined)
      expectSame(refused.message, message, `${this.#subject} was refused in other words.`, this.thenRefused);
    return this;
  }

  /** Its input was not valid, at these paths: `thenInvalid("amount", "lines.0.price")`; "" is the input itself. */
  thenInvalid(...paths: readonly string[]): this {
    const refused = this.#refused(this.thenInvalid);
    expectSame(refused.code, "invalid_argument", `${this.#subject}: ${refused.message}`, this.thenInvalid);
    expectSame(refused.paths, paths, `${this.#subject} found fault elsewhere.`, this.thenInvalid);
    return this;
  }

  #accepted(caller: Caller) {
    if (this.#result.kind === "events") return this.#result;
    const { code, message } = this.#result;
    throw failure(`${this.#subject} was refused with "${code}": ${message}`, caller);
  }

  #refused(caller: Caller) {
    if (this.#result.kind === "refused") return this.#result;
    const names = this.#result.events.map(({ name }) => name).join(", ");
    throw failure(`${this.#subject} was not refused: it emitted ${names || "nothing"}.`, caller);
  }
}

function attempt(
  entity: Entity,
  command: AnyCommand,
  history: readonly Event[],
  input: unknown,
  circumstances: Circumstances,
): Result {
  try {
    return judge(entity, command, situationOf(entity, command, history, input, circumstances), circumstances);
  } catch (error) {
    if (!(error instanceof PlinthError) || error.code === "internal") throw error;
    const paths = error.errors.map(({ path }) => path);
    return { kind: "refused", code: error.code, message: error.message, paths };
  }
}

function situationOf(
  entity: Entity,
  command: AnyCommand,
  history: readonly Event[],
  raw: unknown,
  circumstances: Circumstances,
): Situation {
  const input = frozen(parseInput(command, raw));
  const { actor = platform("test", DEFAULT_TENANT), now = NOW, facts } = circumstances;
  const id = idsOf(circumstances.ids);
  const own = circumstances.id ?? history[0]?.stream.id;
  const streamId = own ?? (command.on === "existing" ? `${entity.name}-1` : (command.id?.(input) ?? id()));
  checkId(streamId);
  const stream = { tenant: actor.tenant, entity: entity.name, id: streamId };
  return { ...fold(entity, history), stream, input, actor, now, id, facts: frozen(facts) };
}

/** What speaks against the command in the runtime's order, then the decision. */
function judge(entity: Entity, command: AnyCommand, situation: Situation, { actor }: Circumstances): Result {
  const policies = actor ? new Policies(service("test", { entities: [entity] })) : null;
  const objection = objectionTo(entity, command, { ...situation, expectedVersion: null }, policies);
  if (objection) throw objection;
  const verdict = decide(entity, command, situation);
  return verdict.kind === "events" ? verdict : refusedBy(verdict);
}

function refusedBy({ code, message }: Refusal): Result {
  return { kind: "refused", code, message, paths: [] };
}

function fold(entity: Entity, history: readonly Event[]): { state: unknown; version: number } {
  let state: unknown = frozen(entity.initial);
  for (const { type, data, at, version } of history)
    state = frozen(evolve(entity, state, type.slice(entity.name.length + 1), data, { at, version }));
  return { state, version: history.length };
}

function idsOf(given?: readonly string[]): () => string {
  let count = 0;
  return () => {
    count += 1;
    if (!given) return `00000000-0000-7000-8000-${String(count).padStart(12, "0")}`;
    const id = given[count - 1];
    if (id === undefined) throw new Error(`The test hands in ${given.length} ids, and more are asked for.`);
    return id;
  };
}
