import type { Entity, EntityShape, Event, InputOf, Reactor, ReactorContext, Sent } from "@plinth/model";
import { PlinthError, RefusedError } from "@plinth/ports";
import { parseInput } from "@plinth/runtime";
import { type Happened, json, recorded } from "./events.ts";
import { type Caller, expectSame, failure } from "./failure.ts";

/** Does an effect. */
type Act = (call: { key: string; signal: AbortSignal }) => unknown;

/** What a reactor meets in a test. */
export interface World {
  /**
   * What stands in for each effect, by its name; an effect without one is not done, and fails the reaction. `real`:
   * they are done, for reactors that are handed the outside by the test.
   */
  readonly effects?: "real" | Readonly<Record<string, Act>>;
  /** Commands that the domain refuses, by `<entity>.<command>`, each with its code. */
  readonly refuses?: Readonly<Record<string, string>>;
  /** Which attempt it is; 1 by default. */
  readonly attempt?: number;
}

/** A command that a reactor has sent. */
export interface SentCommand {
  readonly command: string;
  /** Undefined where the command makes a new entity. */
  readonly id: string | undefined;
  readonly input: unknown;
}

/** A command that a test expects to be sent: `command(account, "deposit", { id: "ada", input: { amount: 5 } })`. */
export function command<Shape extends EntityShape, Name extends keyof Shape["commands"] & string>(
  entity: Entity<Shape>,
  name: Name,
  { id, input }: { readonly id?: string; readonly input: InputOf<Shape, Name> },
): SentCommand {
  return { command: `${entity.name}.${name}`, id, input: json(input) };
}

/** A reactor in its world. */
export class GivenReactor {
  readonly #reactor: Reactor;
  readonly #world: World;

  constructor(reactor: Reactor, world: World) {
    this.#reactor = reactor;
    this.#world = world;
  }

  /** Hands it an event. Resolves when it is done, also where it has failed: `thenFailed` tells. */
  async when(happened: Happened): Promise<Reacted> {
    const [event] = recorded([happened]) as [Event];
    const answer = this.#reactor.on[event.type];
    if (!answer) throw failure(`Reactor "${this.#reactor.name}" does not answer ${event.type}.`, this.when);
    const deeds = new Deeds(this.#reactor.name, this.#world);
    try {
      await answer(event, deeds);
      return new Reacted(this.#reactor.name, deeds, null);
    } catch (error) {
      return new Reacted(this.#reactor.name, deeds, error);
    }
  }
}

/** Keeps a record of what a reactor does, and answers it. */
class Deeds implements ReactorContext {
  readonly #reactor: string;
  readonly #world: World;
  readonly sent: SentCommand[] = [];
  readonly effects: string[] = [];

  constructor(reactor: string, world: World) {
    this.#reactor = reactor;
    this.#world = world;
  }

  get attempt(): number {
    return this.#world.attempt ?? 1;
  }

  readonly send: ReactorContext["send"] = async (entity, name, { id, input }): Promise<Sent> => {
    const full = `${entity.name}.${name}`;
    const found = entity.commands[name];
    if (!found) throw new PlinthError("internal", `There is no command "${full}".`);
    parseInput(found, json(input));
    const code = this.#world.refuses?.[full];
    if (code !== undefined) throw new RefusedError(code, `The test has ${full} refused.`);
    this.sent.push({ command: full, id, input: json(input) });
    return { id: id ?? `${entity.name}-${this.sent.length}`, version: 1, position: this.sent.length };
  };

  readonly effect: ReactorContext["effect"] = async (name, real) => {
    const { effects = {} } = this.#world;
    const act: Act | undefined = effects === "real" ? real : effects[name];
    if (!act) throw new Error(`Nothing stands in for the effect "${name}": { effects: { ${name}: ... } }.`);
    this.effects.push(name);
    return (await act({
      key: `reactor:${this.#reactor}:1:${name}`,
      signal: new AbortController().signal,
    })) as never;
  };
}

/** What a reactor has done about an event. */
export class Reacted {
  readonly #reactor: string;
  readonly #deeds: Deeds;
  readonly #error: unknown;

  constructor(reactor: string, deeds: Deeds, error: unknown) {
    this.#reactor = reactor;
    this.#deeds = deeds;
    this.#error = error;
  }

  /** It sent exactly these commands, in this order: `thenSent(command(account, "deposit", { id, input }))`. */
  thenSent(...expected: readonly SentCommand[]): this {
    this.#succeeded(this.thenSent);
    expectSame(this.#deeds.sent, expected, `${this.#reactor} sent other commands.`, this.thenSent);
    return this;
  }

  /** It had exactly these effects, by name, in this order. */
  thenDid(...expected: readonly string[]): this {
    this.#succeeded(this.thenDid);
    expectSame(this.#deeds.effects, expected, `${this.#reactor} had other effects.`, this.thenDid);
    return this;
  }

  /** It failed, and the event will be tried again or parked: with this code, or this message. */
  thenFailed(codeOrMessage: string): this {
    const caller = this.thenFailed;
    if (this.#error === null) throw failure(`${this.#reactor} did not fail.`, caller);
    const error = this.#error;
    const known =
      error instanceof PlinthError || error instanceof RefusedError ? error.code : messageOf(error);
    expectSame(known, codeOrMessage, `${this.#reactor} failed otherwise.`, caller);
    return this;
  }

  #succeeded(caller: Caller): void {
    if (this.#error !== null) throw failure(`${this.#reactor} failed: ${messageOf(this.#error)}`, caller);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
