import { type Schema, z } from "@plinth/model";
import type { FieldValue, Filter } from "@plinth/ports";
import type { JsonSchema } from "./openapi/jsonSchema.ts";
import { invalid } from "./problem.ts";

/** A field that lists can be filtered by: how the text of a parameter becomes a value to compare with. */
export interface FilterField {
  readonly name: string;
  readonly schema: Schema;
  /** `string`, `number`, `integer`, `boolean`, `null`: what values the field may have. */
  readonly kinds: ReadonlySet<string>;
  readonly isTime: boolean;
}

/** The fields of an object's schema that lists can be filtered by. */
export function filterFields(object: Schema, names: readonly string[]): ReadonlyMap<string, FilterField> {
  const { shape } = object as Schema & { shape: Record<string, Schema> };
  return new Map(names.map((name) => [name, filterField(name, shape[name]!)]));
}

function filterField(name: string, schema: Schema): FilterField {
  const json = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }) as JsonSchema;
  const kinds = new Set<string>();
  gatherKinds(json, kinds);
  return { name, schema, kinds, isTime: alternatives(json).some(({ format }) => format === "date-time") };
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const inner = schema.anyOf ?? schema.oneOf;
  return inner ? inner.flatMap(alternatives) : [schema];
}

function gatherKinds(schema: JsonSchema, kinds: Set<string>): void {
  for (const { type, enum: values, const: value } of alternatives(schema)) {
    if (type !== undefined) for (const kind of [type].flat()) kinds.add(kind);
    else for (const one of values ?? [value]) kinds.add(one === null ? "null" : typeof one);
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The value that a parameter's text stands for, by the field's schema. `null` stands for no value where the field may
 * have none. Date-times that bound a range are brought to the platform's form (UTC, milliseconds), since stores compare
 * them as text.
 * @throws PlinthError `invalid_argument` naming the parameter, where the field cannot have such a value.
 */
export function fieldValue(
  field: FilterField,
  op: Filter["op"],
  text: string,
  parameter: string,
): FieldValue {
  const value = interpret(field, op, text);
  if (value === undefined) throw invalid(parameter, `${parameter} must be ${expected(field, op)}.`);
  const isChecked = op === "eq" || field.isTime;
  if (isChecked && !field.schema.safeParse(value).success)
    throw invalid(parameter, `${parameter} has a value that the field cannot have.`);
  return op !== "eq" && field.isTime ? new Date(String(value)).toISOString() : value;
}

/** Neither null nor true and false have an order, so that in a range they are nothing, or text. */
function interpret({ kinds }: FilterField, op: Filter["op"], text: string): FieldValue | undefined {
  const isEqual = op === "eq";
  if (isEqual && text === "null" && kinds.has("null")) return null;
  if (isEqual && kinds.has("boolean") && (text === "true" || text === "false")) return text === "true";
  if ((kinds.has("number") || kinds.has("integer")) && NUMBER.test(text)) {
    const number = Number(text);
    if (kinds.has("number") ? Number.isFinite(number) : Number.isSafeInteger(number)) return number;
  }
  return kinds.has("string") && !text.includes("\0") ? text : undefined;
}

function expected({ kinds }: FilterField, op: Filter["op"]): string {
  const words: Record<string, string> = {
    string: "a text",
    number: "a number",
    integer: "a whole number",
    ...(op === "eq" ? { boolean: "true or false", null: "null" } : {}),
  };
  const possible = [...kinds].flatMap((kind) => words[kind] ?? []);
  return possible.length > 0 ? possible.join(" or ") : "compared for equality only";
}
