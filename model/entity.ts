import type { z } from "zod";
import type { Actor } from "./actor.ts";
import type { AnyCommand, Command, DefineCommand } from "./command.ts";
import type { EntityShape, EventSchemas } from "./event.ts";
import { checkFieldNames, checkName, ModelError, plural } from "./names.ts";
import { closed, type Schema } from "./schema.ts";

/** What an entity is made of before it evolves and decides. */
export interface EntityOptions<State extends Schema, Events extends EventSchemas> {
  /** Schema of the state. */
  readonly state: State;
  /** The state before the first event. */
  readonly initial: z.output<State>;
  /** Event types in the past tense, each with the schema of its data. */
  readonly events: Events;
  /** The name's plural, for paths; English rules by default. */
  readonly plural?: string;
  /** Keep the state as a row in the same commit: it can then be listed, and loads without a fold. */
  readonly stored?: boolean;
  /** Values that only one entity of a tenant may hold; `null` holds none. Refusal code: `<name>_taken`. */
  readonly unique?: Readonly<Record<string, (state: z.output<State>) => string | null>>;
  /** Who may read the state. Without one nobody may, unless the service is public. */
  readonly allow?: (context: ReadContext<z.output<State>>) => boolean;
  /** Fields of the stored state that lists may be filtered by. */
  readonly filter?: readonly (keyof z.output<State> & string)[];
  /** Fields of the stored state that lists may be sorted by. */
  readonly sort?: readonly (keyof z.output<State> & string)[];
  /** One sentence for the generated documents. */
  readonly describe?: string;
}

/** What a read policy sees. `state` is null where a list as a whole is asked for. */
export interface ReadContext<State> {
  readonly actor: Actor;
  readonly state: State | null;
  readonly id: string | null;
}

/** What `evolve` may look at beside state and data. */
export interface EvolveContext {
  /** When the event was decided: ISO 8601 in UTC. */
  readonly at: string;
  readonly version: number;
}

/** One pure function per event type: state before, data, state after. */
export type Evolve<State, Events extends EventSchemas> = {
  readonly [Name in keyof Events]: (
    state: State,
    data: z.output<Events[Name]>,
    context: EvolveContext,
  ) => State;
};

/** An entity: its events, how they change its state, and the commands that it decides. */
export interface Entity<Shape extends EntityShape = EntityShape> {
  readonly kind: "entity";
  readonly name: Shape["name"];
  readonly plural: string;
  readonly state: z.ZodType<Shape["state"]>;
  readonly initial: Shape["state"];
  readonly events: Shape["events"];
  readonly stored: boolean;
  readonly unique: Readonly<Record<string, (state: any) => string | null>>;
  readonly allow: ((context: ReadContext<any>) => boolean) | null;
  readonly filter: readonly string[];
  readonly sort: readonly string[];
  readonly describe: string | null;
  readonly evolve: Readonly<Record<string, (state: any, data: any, context: EvolveContext) => any>>;
  readonly commands: { readonly [Name in keyof Shape["commands"]]: AnyCommand };
}

/** The commands of an entity by name. */
export type Commands<State, Events extends EventSchemas, Inputs extends Record<string, Schema>> = {
  readonly [Name in keyof Inputs]: Command<State, Events, Inputs[Name], never>;
};

/** The first third of an entity: what it is made of. */
export interface EntityDraft<Name extends string, State, Events extends EventSchemas> {
  /** How each event changes the state. Pure; no event may be left out. */
  evolve(evolve: Evolve<State, Events>): EvolvingEntity<Name, State, Events>;
}

/** Two thirds of an entity: it evolves, and decides nothing yet. */
export interface EvolvingEntity<Name extends string, State, Events extends EventSchemas> {
  /**
   * The commands by imperative name, each with its input, policy and decision. Where one reads facts, give a
   * function: `.commands((command) => ({ reserve: command({ facts, decide }) }))`.
   */
  commands<Inputs extends Record<string, Schema>>(
    commands: (command: DefineCommand<State, Events>) => Commands<State, Events, Inputs>,
  ): Entity<{ name: Name; state: State; events: Events; commands: Inputs }>;
  commands<Inputs extends Record<string, Schema>>(
    commands: Commands<State, Events, Inputs>,
  ): Entity<{ name: Name; state: State; events: Events; commands: Inputs }>;
}

/**
 * Defines an entity: `entity("account", { state, initial, events }).evolve({ ... }).commands({ ... })`.
 * @throws ModelError where a name or an option cannot be served.
 */
export function entity<const Name extends string, State extends Schema, Events extends EventSchemas>(
  name: Name,
  options: EntityOptions<State, Events>,
): EntityDraft<Name, z.output<State>, Events> {
  checkName("entity", name);
  if (options.plural !== undefined) checkName("plural", options.plural);
  for (const event of Object.keys(options.events)) checkName("event", event);
  for (const unique of Object.keys(options.unique ?? {})) checkName("unique value", unique);
  checkFields(name, options);
  return {
    evolve: (evolve) => {
      checkEvolve(name, options.events, evolve);
      return {
        commands: (commands: never) => assemble(name, options, evolve as never, listed(commands)) as never,
      };
    },
  };
}

type AnyCommands = Record<string, Command<unknown, EventSchemas, Schema, unknown>>;

/** `commands` takes them as they are, or as a function of what types each by itself. */
function listed(commands: AnyCommands | ((command: (one: unknown) => unknown) => AnyCommands)): AnyCommands {
  return typeof commands === "function" ? commands((one) => one) : commands;
}

function assemble(
  name: string,
  options: EntityOptions<Schema, EventSchemas>,
  evolve: Entity["evolve"],
  commands: AnyCommands,
): Entity {
  return {
    kind: "entity",
    name,
    plural: options.plural ?? plural(name),
    state: options.state,
    initial: options.initial,
    events: options.events,
    stored: options.stored ?? false,
    unique: options.unique ?? {},
    allow: options.allow ?? null,
    filter: options.filter ?? [],
    sort: options.sort ?? [],
    describe: options.describe ?? null,
    evolve,
    commands: Object.fromEntries(
      Object.entries(commands).map(([key, command]) => [key, complete(key, command)]),
    ),
  };
}

function complete(name: string, command: Command<unknown, EventSchemas, Schema, unknown>): AnyCommand {
  checkName("command", name);
  return { ...command, name, on: command.on ?? "existing", input: closed(command.input) };
}

function checkEvolve(name: string, events: EventSchemas, evolve: object): void {
  for (const event of Object.keys(events))
    if (!Object.hasOwn(evolve, event))
      throw new ModelError(`Entity "${name}" does not say how "${event}" changes its state.`);
  for (const event of Object.keys(evolve))
    if (!Object.hasOwn(events, event))
      throw new ModelError(`Entity "${name}" evolves by "${event}", which is not one of its events.`);
}

function checkFields(name: string, options: EntityOptions<Schema, EventSchemas>): void {
  const fields = [...(options.filter ?? []), ...(options.sort ?? [])];
  if (fields.length > 0 && !options.stored)
    throw new ModelError(
      `Entity "${name}" can be filtered and sorted only where its state is stored (stored: true).`,
    );
  checkFieldNames(`Entity "${name}"`, options.state, fields);
}
