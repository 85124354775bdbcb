import {
  type AnyCommand,
  type Delivery,
  type Entity,
  platform,
  type Reactor,
  type ReactorContext,
  type Sent,
  type Service,
} from "@plinth/model";
import { type Clock, PlinthError } from "@plinth/ports";
import type { Commands } from "../commands.ts";
import type { LogEvent } from "../tail.ts";
import { type Failure, inWords, isFinalAnswer } from "./failure.ts";
import { checkedKey } from "./place.ts";

/** Why a context does nothing any more. One for all: to make an error takes longer than to run most handlers. */
const OVER = new PlinthError("internal", "The handler's attempt at this event is over.");

/** What handlers run on. */
export interface HandlerParts {
  readonly service: Service;
  readonly commands: Commands;
  readonly clock: Clock;
}

/** How an attempt ended; `cut`: it was stopped from outside, which says nothing about the event. */
export type Ending = "handled" | "cut" | Failure;

/**
 * One run of a handler for one event. It ends when the handler and everything that the handler has set going is done,
 * at its deadline, or when it is cut; from then on its context refuses to act. A handler that does not heed the
 * signal is left to itself.
 */
export class Attempt {
  readonly #parts: HandlerParts;
  readonly #reactor: Reactor;
  readonly #event: LogEvent;
  readonly #number: number;
  readonly #expiresAt: number;
  readonly #stopped = Promise.withResolvers<never>();
  #over: PlinthError | null = null;
  /** Made for the first effect alone: most handlers only send. */
  #controller: AbortController | null = null;
  readonly #unsettled = new Set<Promise<unknown>>();
  readonly #finals = new Set<unknown>();
  #isCut = false;
  #sends = 0;

  constructor(parts: HandlerParts, reactor: Reactor, event: LogEvent, number: number) {
    this.#parts = parts;
    this.#reactor = reactor;
    this.#event = event;
    this.#number = number;
    this.#expiresAt = parts.clock.elapsed() + reactor.attemptMs;
  }

  /** Runs the handler. Never rejects. */
  async run(): Promise<Ending> {
    const { attemptMs } = this.#reactor;
    const cancel = this.#parts.clock.after(attemptMs, () => this.#stop(tooLong(attemptMs)));
    try {
      await Promise.race([this.#stopped.promise, this.#react()]);
      return "handled";
    } catch (error) {
      if (this.#isCut) return "cut";
      return { error: inWords(error), isFinal: this.#finals.has(error) };
    } finally {
      cancel();
      this.#end(OVER);
    }
  }

  /** Ends the attempt now, whatever the handler does. */
  cut(): void {
    this.#isCut = true;
    this.#stop(new PlinthError("unavailable", "The process stops working on this event."));
  }

  #stop(reason: PlinthError): void {
    this.#end(reason);
    this.#stopped.reject(reason);
  }

  #end(reason: PlinthError): void {
    this.#over ??= reason;
    this.#controller?.abort(this.#over);
  }

  /** What the handler did not wait for still belongs to it: the event is handled when that is done too. */
  async #react(): Promise<void> {
    checkedKey(this.#reactor, this.#event);
    await this.#reactor.on[this.#event.type]?.(this.#event, this.#context());
    await Promise.all(this.#unsettled);
  }

  #context(): ReactorContext {
    return {
      attempt: this.#number,
      send: (entity, command, delivery) => this.#track(this.#send(entity as Entity, command, delivery)),
      effect: (name, act) => this.#track(this.#effect(name, act)),
    };
  }

  /** Its id is made of the event and of how many commands this run has sent before: the same in every run. */
  async #send(entity: Entity, name: string, { id, input }: Delivery<unknown>): Promise<Sent> {
    if (this.#over) throw this.#over;
    this.#sends += 1;
    const { stream, trace } = this.#event;
    try {
      const command = this.#command(entity, name);
      const reply = await this.#parts.commands.run({
        caller: {
          actor: platform(this.#reactor.name, stream.tenant),
          trace,
          deadlineMs: Math.max(1, this.#expiresAt - this.#parts.clock.elapsed()),
        },
        entity,
        command,
        id: id ?? null,
        input,
        commandId: this.#key(this.#sends),
        expectedVersion: null,
        trusted: true,
      });
      return { id: reply.id, version: reply.version, position: reply.position };
    } catch (error) {
      if (isFinalAnswer(error)) this.#finals.add(error);
      throw error;
    }
  }

  #command(entity: Entity, name: string): AnyCommand {
    const command = this.#parts.service.entities.includes(entity) ? entity.commands[name] : undefined;
    if (command) return command;
    throw new PlinthError("invalid_argument", `The service has no command "${entity.name}.${name}".`);
  }

  async #effect<Result>(
    name: string,
    act: (call: { key: string; signal: AbortSignal }) => Promise<Result>,
  ): Promise<Result> {
    if (this.#over) throw this.#over;
    this.#controller ??= new AbortController();
    return act({ key: this.#key(name), signal: this.#controller.signal });
  }

  #key(what: string | number): string {
    return `reactor:${this.#reactor.name}:${this.#event.position}:${what}`;
  }

  /** The handler gets a promise of its own: one that is rejected before anyone waits for it is reported by Node. */
  #track<Result>(work: Promise<Result>): Promise<Result> {
    const result = work.then((value) => value);
    const settle = () => this.#unsettled.delete(result);
    this.#unsettled.add(result);
    work.then(settle, settle);
    return result;
  }
}

function tooLong(attemptMs: number): PlinthError {
  return new PlinthError("deadline_exceeded", `The handler has not ended within ${attemptMs} ms.`);
}
