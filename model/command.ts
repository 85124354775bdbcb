import type { z } from "zod";
import type { Actor } from "./actor.ts";
import type { EntityShape, EventSchemas, StreamName } from "./event.ts";
import type { Schema } from "./schema.ts";

/** An event that `decide` has emitted, checked against its schema, not yet committed. */
export interface Emitted {
  readonly kind: "emitted";
  readonly name: string;
  readonly data: unknown;
}

/** The domain's no: a code of its own and a sentence for people. Changes nothing. */
export interface Refusal {
  readonly kind: "refusal";
  /** snake_case, stable: clients branch on it. */
  readonly code: string;
  readonly message: string;
}

/** What `decide` answers: events (none means "nothing to do") or a refusal. */
export type Decision = Emitted | readonly Emitted[] | Refusal;

/** One function per event type: `emit.deposited({ amount: 5, note: "" })`. */
export type Emit<Events extends EventSchemas> = {
  readonly [Name in keyof Events]: (data: z.input<Events[Name]>) => Emitted;
};

/** All that a decision may depend on besides state and input. No clock, no chance, no I/O but this. */
export interface DecideContext<Events extends EventSchemas, Facts> {
  readonly emit: Emit<Events>;
  refuse(code: string, message: string): Refusal;
  /** The time of the decision: ISO 8601 in UTC, with milliseconds. */
  readonly now: string;
  /** A new time-ordered id (UUID version 7, RFC 9562). */
  id(): string;
  readonly actor: Actor;
  /** The stream that is decided on. */
  readonly stream: StreamName;
  /** What `facts` has read. */
  readonly facts: Facts;
}

/** What a policy sees. `state` is null where there is none yet. */
export interface AllowContext<State, Input> {
  readonly actor: Actor;
  readonly state: State | null;
  readonly input: Input;
  readonly id: string;
}

/** An entity's state with the version that it was read at. */
export interface Versioned<State> {
  readonly id: string;
  readonly version: number;
  readonly state: State;
}

/** What `facts` reads is either a hint (`eventual`) or part of the decision (`consistent`). */
export interface ReadOptions {
  /** True: the commit is refused and decided anew where this has changed meanwhile. */
  readonly consistent?: boolean;
}

/** Anything with a name and rows: a view, as far as `read` is concerned. */
export interface Readable<Row> {
  readonly kind: "view";
  readonly name: string;
  readonly row: z.ZodType<Row>;
}

/** Anything with a name and a state: an entity, as far as `read` is concerned. */
export interface Stateful<State> {
  readonly kind: "entity";
  readonly name: string;
  readonly state: z.ZodType<State>;
}

/** Reads other entities and views before `decide`, within the actor's tenant. */
export interface Read {
  <State>(entity: Stateful<State>, id: string, options?: ReadOptions): Promise<Versioned<State> | null>;
  <Row>(view: Readable<Row>, key: string, options?: ReadOptions): Promise<Row | null>;
}

/** What `facts` sees. */
export interface FactsContext<State, Input> {
  readonly read: Read;
  /** The command's own entity, to read another one of its kind. */
  readonly self: Stateful<State>;
  readonly input: Input;
  readonly id: string;
  readonly actor: Actor;
}

/** What a parser of a further media type is given beside the body. */
export interface Upload {
  /** From `Content-Disposition`, null where the client named none. */
  readonly filename: string | null;
  /** The media type without parameters, in lower case. */
  readonly mediaType: string;
}

/** One command of an entity. */
export interface Command<State, Events extends EventSchemas, Input extends Schema, Facts> {
  /** On which streams it runs: `existing` (default), `new` or `any`. */
  readonly on?: "existing" | "new" | "any";
  /** Schema of the input; unknown fields are an error. */
  readonly input: Input;
  /** Who may run it. Without one it is refused, unless the service is public. */
  readonly allow?: (context: AllowContext<State, z.output<Input>>) => boolean;
  /** The id of a new entity, where it is not to be generated: `id: (input) => input.email`. */
  readonly id?: (input: z.output<Input>) => string;
  /** Reads what lies beyond the entity before it decides. */
  readonly facts?: (context: FactsContext<State, z.output<Input>>) => Facts | Promise<Facts>;
  /** Pure: the same state, input and context give the same decision. */
  readonly decide: (state: State, input: z.output<Input>, context: DecideContext<Events, Facts>) => Decision;
  /** Further media types of the input, each with the function that reads a body into it (unchecked). */
  readonly accepts?: Readonly<Record<string, (body: Uint8Array, upload: Upload) => unknown>>;
  /** One sentence for the generated documents. */
  readonly describe?: string;
}

/** Types one command by itself, so that `decide` knows what its `facts` have read. */
export type DefineCommand<State, Events extends EventSchemas> = <Input extends Schema, Facts>(
  command: Command<State, Events, Input, Facts>,
) => Command<State, Events, Input, never>;

/** A command as the runtime sees it: its types forgotten, its defaults filled in. */
export interface AnyCommand extends Command<any, any, Schema, any> {
  readonly name: string;
  readonly on: "existing" | "new" | "any";
}

/** The inputs that a caller may send to a command of the entities in `Shape`. */
export type InputOf<Shape extends EntityShape, Name extends keyof Shape["commands"]> = z.input<
  Shape["commands"][Name]
>;
