import { z } from "zod";

/** Any Zod schema: the one schema language of a model. */
export type Schema = z.ZodType;

/**
 * The same schema with every object in it closed: an unknown field is an error instead of being dropped.
 * Objects that declare a catch-all of their own (`z.looseObject`, `.catchall()`) keep it; descriptions and other
 * metadata stay where they are.
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
  "out",
  "left",
  "right",
  "rest",
  "options",
  "items",
] as const;

function close(schema: Schema, seen: Map<Schema, Schema>): Schema {
  const known = seen.get(schema);
  if (known) return known;
  const parts = closeParts(schema._zod.def as Def, seen);
  if (Object.keys(parts).length === 0) return schema;
  const result = z.core.clone(schema, z.core.util.mergeDefs(schema._zod.def, parts) as never) as Schema;
  const metadata = z.globalRegistry.get(schema);
  if (metadata) z.globalRegistry.add(result, metadata);
  seen.set(schema, result);
  return result;
}

function closeParts(def: Def, seen: Map<Schema, Schema>): Partial<Def> {
  if (def.type === "object") return closeObject(def as never, seen);
  if (def.type === "lazy") return closeLazy(def as never, seen);
  const parts: Record<string, unknown> = {};
  for (const part of PARTS) if (def[part]) parts[part] = closePart(def[part], seen);
  return parts;
}

function closePart(part: unknown, seen: Map<Schema, Schema>): unknown {
  return Array.isArray(part) ? part.map((one) => close(one, seen)) : close(part as Schema, seen);
}

/** Leaves the fields unread until the schema is used: a recursive schema reaches itself through a getter. */
function closeObject(def: z.core.$ZodObjectDef, seen: Map<Schema, Schema>): Partial<Def> {
  const fields = z.core.util.rawShape(def) ?? def.shape;
  const shape = {};
  for (const name of Object.keys(fields))
    Object.defineProperty(shape, name, { enumerable: true, get: () => close(fields[name], seen) });
  return { shape, catchall: def.catchall ? close(def.catchall as Schema, seen) : z.never() };
}

/** Zod remembers what a getter gave in `_cachedInner`; the closed one must ask again. */
function closeLazy(def: z.core.$ZodLazyDef, seen: Map<Schema, Schema>): Partial<Def> {
  return { getter: () => close(def.getter() as Schema, seen), _cachedInner: undefined };
}
