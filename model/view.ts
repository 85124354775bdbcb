import type { z } from "zod";
import type { Actor } from "./actor.ts";
import type { Entity } from "./entity.ts";
import type { EntityShape, Event, EventOf } from "./event.ts";
import { checkFieldNames, checkName, ModelError } from "./names.ts";
import type { Schema } from "./schema.ts";

/** The shapes of a list of entities, as a union. */
export type ShapesOf<From extends readonly Entity<any>[]> =
  From[number] extends Entity<infer Shape> ? Shape : never;

/** How a row changes by each event; `null` is "no row", before and after. */
export type Projection<Row, Shape extends EntityShape> = {
  readonly [Type in EventOf<Shape>["type"]]?: (
    row: Row | null,
    event: Extract<EventOf<Shape>, { type: Type }>,
  ) => Row | null;
};

/** What a view is made of. */
export interface ViewOptions<Row extends Schema, From extends readonly Entity<any>[]> {
  /** Schema of one row: an object. */
  readonly row: Row;
  /** The entities whose events it is made from. */
  readonly from: From;
  /** Which row an event changes; `null` changes none. */
  readonly key: (event: EventOf<ShapesOf<From>>) => string | null;
  /** Pure: the row before and an event give the row after. */
  readonly on: Projection<z.output<Row>, ShapesOf<From>>;
  /** Fields that lists may be filtered by. */
  readonly filter?: readonly (keyof z.output<Row> & string)[];
  /** Fields that lists may be sorted by. */
  readonly sort?: readonly (keyof z.output<Row> & string)[];
  /** Who may read it. Without one nobody may, unless the service is public. `row` is null for the list as a whole. */
  readonly allow?: (context: { readonly actor: Actor; readonly row: z.output<Row> | null }) => boolean;
  /** Into how many parts its work is spread over nodes; 1 by default. Changing it rebuilds the view. */
  readonly shards?: number;
  /** One sentence for the generated documents. */
  readonly describe?: string;
}

/** Rows folded from events, kept up to date by a subscription, exactly once. */
export interface View<Row = any> {
  readonly kind: "view";
  readonly name: string;
  readonly row: z.ZodType<Row>;
  readonly from: readonly Entity<any>[];
  readonly key: (event: Event<any, any>) => string | null;
  readonly on: Readonly<Record<string, (row: Row | null, event: Event<any, any>) => Row | null>>;
  readonly filter: readonly string[];
  readonly sort: readonly string[];
  readonly allow: ((context: { actor: Actor; row: Row | null }) => boolean) | null;
  readonly shards: number;
  readonly describe: string | null;
}

/**
 * Defines a view: rows folded from the events of the entities in `from`.
 * @throws ModelError where a name or an option cannot be served.
 */
export function view<Row extends Schema, const From extends readonly Entity<any>[]>(
  name: string,
  options: ViewOptions<Row, From>,
): View<z.output<Row>> {
  checkName("view", name);
  checkEventTypes(`View "${name}"`, options.from, Object.keys(options.on));
  checkFieldNames(`View "${name}"`, options.row, [...(options.filter ?? []), ...(options.sort ?? [])]);
  return {
    kind: "view",
    name,
    row: options.row as never,
    from: options.from,
    key: options.key as never,
    on: options.on as never,
    filter: options.filter ?? [],
    sort: options.sort ?? [],
    allow: (options.allow as never) ?? null,
    shards: checkShards(`View "${name}"`, options.shards),
    describe: options.describe ?? null,
  };
}

/** Every event type that is handled must exist in one of the entities. */
export function checkEventTypes(where: string, from: readonly Entity<any>[], types: readonly string[]): void {
  const known = new Set(
    from.flatMap((entity) => Object.keys(entity.events).map((event) => `${entity.name}.${event}`)),
  );
  for (const type of types)
    if (!known.has(type))
      throw new ModelError(`${where} handles "${type}", which none of its entities emits.`);
}

/** Between 1 and 256 parts. */
export function checkShards(where: string, shards = 1): number {
  if (!Number.isInteger(shards) || shards < 1 || shards > 256)
    throw new ModelError(`${where} has ${shards} shards: use a whole number from 1 to 256.`);
  return shards;
}
