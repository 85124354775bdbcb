import type { z } from "zod";
import type { Schema } from "./schema.ts";

/** The event types of an entity: past-tense name to the schema of its data. */
export type EventSchemas = Readonly<Record<string, Schema>>;

/** Names one entity's stream of events. */
export interface StreamName {
  readonly tenant: string;
  readonly entity: string;
  readonly id: string;
}

/** A committed event as views and reactors see it. */
export interface Event<Type extends string = string, Data = unknown> {
  /** Entity and event name: `account.deposited`. */
  readonly type: Type;
  readonly data: Data;
  readonly stream: StreamName;
  /** Place in the stream, from 1. */
  readonly version: number;
  /** Place in the log, gap-free from 1. */
  readonly position: number;
  /** When it was decided: ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** Id of the actor who caused it. */
  readonly actor: string;
}

/** What a model's type parameters say of an entity: one shape instead of four parameters. */
export interface EntityShape {
  name: string;
  state: unknown;
  events: EventSchemas;
  commands: Readonly<Record<string, Schema>>;
}

/** Every event of the entities in `Shape`, as a union told apart by `type`. */
export type EventOf<Shape extends EntityShape> = Shape extends EntityShape
  ? {
      [Name in keyof Shape["events"] & string]: Event<
        `${Shape["name"]}.${Name}`,
        z.output<Shape["events"][Name]>
      >;
    }[keyof Shape["events"] & string]
  : never;
