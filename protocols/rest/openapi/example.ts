import type { JsonSchema } from "./jsonSchema.ts";

/** Texts by JSON Schema format (2020-12, section 7.3). */
const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2026-03-01T09:30:00.000Z",
  date: "2026-03-01",
  time: "09:30:00",
  duration: "P1D",
  email: "ada@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "0195a1c2-7b3d-7e4f-8a5b-6c7d8e9f0a1b",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  base64: "cGxpbnRo",
  base64url: "cGxpbnRo",
  json: "{}",
};

/** Deeper than this, only what is required: schemas may refer to themselves. */
const DEPTH_MAX = 4;

/**
 * A value of a JSON Schema, the same every time: what the schema names as an example, default or only value, or else
 * something small that its keywords describe. A `pattern` is not followed; whether the value fits is for the caller to
 * check. `name` is the field that it is for, which texts are made of.
 */
export function exampleOf(schema: JsonSchema, root: JsonSchema = schema, name = "text", depth = 0): unknown {
  const given = [schema.examples?.[0], schema.const, schema.default, schema.enum?.[0]];
  const known = given.find((value) => value !== undefined);
  if (known !== undefined) return known;
  if (schema.$ref !== undefined) return exampleOf(resolve(schema.$ref, root), root, name, depth + 1);
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice) return exampleOf(choice, root, name, depth);
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, root, name, depth)));
  return ofType(schema, root, name, depth);
}

function ofType(schema: JsonSchema, root: JsonSchema, name: string, depth: number): unknown {
  switch ([schema.type].flat()[0]) {
    case "string":
      return text(schema, name);
    case "integer":
    case "number":
      return number(schema);
    case "boolean":
      return true;
    case "array":
      return list(schema, root, name, depth);
    case "object":
      return object(schema, root, depth);
    default:
      return null;
  }
}

function text({ format, minLength = 0, maxLength = 60 }: JsonSchema, name: string): string {
  const known = format === undefined ? undefined : FORMATS[format];
  if (known !== undefined) return known;
  return name.padEnd(minLength, ".").slice(0, Math.max(maxLength, minLength));
}

function number(schema: JsonSchema): number {
  const isWhole = schema.type === "integer";
  const step = schema.multipleOf ?? 1;
  const lowest =
    schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + step);
  const highest =
    schema.maximum ?? (schema.exclusiveMaximum === undefined ? 1e9 : schema.exclusiveMaximum - step);
  const value = Math.min(Math.max(lowest, Math.min(100, highest)), highest);
  return isWhole || schema.multipleOf !== undefined ? Math.ceil(value / step) * step : value;
}

function list(schema: JsonSchema, root: JsonSchema, name: string, depth: number): unknown[] {
  if (schema.prefixItems) return schema.prefixItems.map((item) => exampleOf(item, root, name, depth + 1));
  const count = depth >= DEPTH_MAX ? (schema.minItems ?? 0) : Math.max(1, schema.minItems ?? 0);
  const { items } = schema;
  if (typeof items !== "object") return [];
  return Array.from({ length: count }, () => exampleOf(items, root, name, depth + 1));
}

function object(schema: JsonSchema, root: JsonSchema, depth: number): Record<string, unknown> {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const names = Object.keys(properties).filter((name) => depth < DEPTH_MAX || required.includes(name));
  const pairs = names.map((name) => [name, exampleOf(properties[name]!, root, name, depth + 1)] as const);
  if (pairs.length === 0 && typeof additionalProperties === "object" && depth < DEPTH_MAX)
    return {
      [String(exampleOf(propertyNames ?? {}, root) ?? "name")]: exampleOf(additionalProperties, root),
    };
  return Object.fromEntries(pairs);
}

function resolve(reference: string, root: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  return name === undefined ? root : (root.$defs?.[name] ?? {});
}
