import type { InputOf } from "./command.ts";
import type { Entity } from "./entity.ts";
import type { EntityShape, Event, EventOf } from "./event.ts";
import { checkName } from "./names.ts";
import { checkEventTypes, checkShards, type ShapesOf } from "./view.ts";

/** Where a sent command goes, and with what. */
export interface Delivery<Input> {
  /** The entity's id; left out for a command `on: "new"`, which gets one that every retry finds again. */
  readonly id?: string;
  readonly input: Input;
}

/** Where a sent command has arrived. */
export interface Sent {
  readonly id: string;
  readonly version: number;
  readonly position: number;
}

/** What a reactor acts with. */
export interface ReactorContext {
  /**
   * Sends a command, with effect exactly once however often the event is delivered.
   * @throws the refusal, where the domain refuses; the event is then parked.
   */
  send<Shape extends EntityShape, Name extends keyof Shape["commands"] & string>(
    entity: Entity<Shape>,
    command: Name,
    delivery: Delivery<InputOf<Shape, Name>>,
  ): Promise<Sent>;
  /**
   * Does something outside, at least once. `key` is the same at every retry: hand it on as the idempotency
   * key; `signal` aborts at the attempt's deadline and when the process drains.
   */
  effect<Result>(
    name: string,
    act: (call: { key: string; signal: AbortSignal }) => Promise<Result>,
  ): Promise<Result>;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

/** How often, and how far apart, an event is tried before it is parked. */
export interface Retries {
  /** Attempts after the first; 14 by default, which outlasts an outage of a quarter of an hour. */
  readonly max?: number;
  /** Wait before the first retry in milliseconds, doubled each time; 200 by default. */
  readonly minMs?: number;
  /** The longest wait in milliseconds; 300 000 by default. */
  readonly maxMs?: number;
}

/** How a reactor answers each event type. */
export type Reactions<Shape extends EntityShape> = {
  readonly [Type in EventOf<Shape>["type"]]?: (
    event: Extract<EventOf<Shape>, { type: Type }>,
    context: ReactorContext,
  ) => Promise<void> | void;
};

/** What a reactor is made of. */
export interface ReactorOptions<From extends readonly Entity<any>[]> {
  /** The entities whose events it answers; they give the events their types. */
  readonly from?: From;
  /** What to do on each event type. */
  readonly on: From extends readonly [] ? Readonly<Record<string, Reaction>> : Reactions<ShapesOf<From>>;
  /** Events of one key are handled in order, different keys at the same time; the stream's id by default. */
  readonly key?: (event: Event<string, any>) => string;
  readonly retries?: Retries;
  /** Into how many parts its work is spread over nodes; 1 by default. */
  readonly shards?: number;
  /** Longest time of one attempt in milliseconds; 30 000 by default. */
  readonly attemptMs?: number;
}

/** One answer to one event type. */
export type Reaction = (event: Event<string, any>, context: ReactorContext) => Promise<void> | void;

/** Acts on events: sends commands, calls the outside. */
export interface Reactor {
  readonly kind: "reactor";
  readonly name: string;
  readonly from: readonly Entity<any>[];
  readonly on: Readonly<Record<string, Reaction>>;
  readonly key: (event: Event<string, any>) => string;
  readonly retries: Required<Retries>;
  readonly shards: number;
  readonly attemptMs: number;
}

const RETRIES: Required<Retries> = { max: 14, minMs: 200, maxMs: 300_000 };

/**
 * Defines a reactor: what to do when events of certain types were committed.
 * @throws ModelError where a name or an option cannot be served.
 */
export function reactor<const From extends readonly Entity<any>[] = readonly []>(
  name: string,
  options: ReactorOptions<From>,
): Reactor {
  checkName("reactor", name);
  if (options.from) checkEventTypes(`Reactor "${name}"`, options.from, Object.keys(options.on));
  return {
    kind: "reactor",
    name,
    from: options.from ?? [],
    on: options.on as Reactor["on"],
    key: options.key ?? ((event) => `${event.stream.entity}/${event.stream.id}`),
    retries: { ...RETRIES, ...options.retries },
    shards: checkShards(`Reactor "${name}"`, options.shards),
    attemptMs: options.attemptMs ?? 30_000,
  };
}
