import { z } from "zod";

/** Any Zod schema: the one schema language of a model. */
export type Schema = z.ZodType;

/**
 * The same schema with every object in it closed: an unknown field is an error instead of being dropped.
 * Objects that declare a catch-all of their own (`z.looseObject`, `.catchall()`) keep it.
 */
export function closed<S extends Schema>(schema: S): S {
  return close(schema, new Map()) as S;
}

type Def = z.core.$ZodTypeDef & Record<string, unknown>;

/** Definition keys under which Zod keeps the schemas that another schema is made of. */
const PARTS = [
  "innerType",
  "element",
  "valueType",
  "in",
  "left",
  "right",
  "rest",
  "options",
  "items",
] as const;

function close(schema: Schema, seen: Map<Schema, Schema>): Schema {
  const known = seen.get(schema);
  if (known) return known;
  const def = schema._zod.def as Def;
  if (def.type === "lazy") return closeLazy(schema as z.ZodLazy, seen);
  const parts: Record<string, unknown> = {};
  for (const part of PARTS) if (def[part]) parts[part] = closePart(def[part], seen);
  if (def.type === "object") Object.assign(parts, closeObject(def as never, seen));
  if (Object.keys(parts).length === 0) return schema;
  const result = z.core.clone(schema, { ...def, ...parts } as never) as Schema;
  seen.set(schema, result);
  return result;
}

function closePart(part: unknown, seen: Map<Schema, Schema>): unknown {
  return Array.isArray(part) ? part.map((one) => close(one, seen)) : close(part as Schema, seen);
}

function closeObject(def: z.core.$ZodObjectDef, seen: Map<Schema, Schema>): Partial<z.core.$ZodObjectDef> {
  const shape = Object.fromEntries(
    Object.entries(def.shape).map(([name, field]) => [name, close(field as Schema, seen)]),
  );
  return { shape, catchall: def.catchall ?? z.never() };
}

function closeLazy(schema: z.ZodLazy, seen: Map<Schema, Schema>): Schema {
  const result = z.lazy(() => close(schema._zod.def.getter() as Schema, seen));
  seen.set(schema, result);
  return result;
}
