import { DEFAULT_TENANT, type Entity, type EntityShape, type Event, type z } from "@plinth/model";
import { failure } from "./failure.ts";

/** The time at which everything in a test happens, unless it says otherwise. */
export const NOW = "2026-01-01T00:00:00.000Z";

/** Where, when and by whom. What is left out is the same for every event of a test. */
export interface Origin {
  /** Id of the entity; `<entity>-1` by default. */
  readonly id?: string;
  /** ISO 8601 in UTC; `NOW` by default. */
  readonly at?: string;
  /** Id of the actor; `someone` by default. */
  readonly actor?: string;
}

/** An event that a test speaks of: what has happened, or what it expects. */
export interface Happened<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  readonly origin: Origin;
}

/** Every event of the entities in `Shape`, as a test speaks of it. */
export type HappenedOf<Shape extends EntityShape> = Shape extends EntityShape
  ? {
      [Name in keyof Shape["events"] & string]: Happened<
        `${Shape["name"]}.${Name}`,
        z.output<Shape["events"][Name]>
      >;
    }[keyof Shape["events"] & string]
  : never;

/** One function per event type of an entity: `deposited({ amount: 5, note: "" }, { id: "ada" })`. */
export type EventsOf<Shape extends EntityShape> = {
  readonly [Name in keyof Shape["events"] & string]: (
    data: z.input<Shape["events"][Name]>,
    origin?: Origin,
  ) => Happened<`${Shape["name"]}.${Name}`, z.output<Shape["events"][Name]>>;
};

/**
 * The events of an entity, to be spoken of in tests: `const { opened, deposited } = eventsOf(account)`.
 * Their data is checked as that of emitted events is.
 */
export function eventsOf<Shape extends EntityShape>(entity: Entity<Shape>): EventsOf<Shape> {
  return Object.fromEntries(
    Object.keys(entity.events).map((name) => [name, happening(entity, name)]),
  ) as EventsOf<Shape>;
}

function happening(entity: Entity, name: string) {
  const schema = entity.events[name]!;
  return function happened(data: unknown, origin: Origin = {}): Happened {
    const type = `${entity.name}.${name}`;
    const result = schema.safeParse(data);
    if (!result.success) throw failure(`${type} cannot have happened: ${faults(result.error)}`, happened);
    return { type, data: json(result.data), origin };
  };
}

/** The events of a test as if they had been committed in this order. */
export function recorded(events: readonly Happened[]): Event[] {
  const versions = new Map<string, number>();
  return events.map(({ type, data, origin }, index) => {
    const entity = type.slice(0, type.indexOf("."));
    const { id = `${entity}-1`, at = NOW, actor = "someone" } = origin;
    const version = (versions.get(`${entity}/${id}`) ?? 0) + 1;
    versions.set(`${entity}/${id}`, version);
    const stream = { tenant: DEFAULT_TENANT, entity, id };
    return frozen({ type, data, stream, version, position: index + 1, at, actor });
  });
}

/** What is left of a value when it was kept in a store. */
export function json<Value>(value: Value): Value {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}

/** Makes a value unchangeable, through and through: what a pure function is given must stay as it is. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** Each fault of a value on one line. */
export function faults(error: z.core.$ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message))
    .join("; ");
}
