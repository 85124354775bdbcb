import { type Schema, z } from "@plinth/model";
import { exampleOf } from "./example.ts";
import type { JsonSchema } from "./jsonSchema.ts";

/** A schema as OpenAPI documents refer to it, with an example that fits it, or none where none was found. */
export interface Described {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** The named schemas of a document. */
export class Schemas {
  readonly #named = new Map<string, JsonSchema>();

  /** Adds a schema of the model under a name of its own. Inputs are described as they are sent, others as they are. */
  fromModel(name: string, schema: Schema, io: "input" | "output"): Described {
    const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema & {
      $schema?: string;
    };
    const example = exampleOf(json);
    const isGood = schema.safeParse(example).success;
    this.#named.set(name, relocate(json, `#/components/schemas/${name}`) as JsonSchema);
    return { schema: reference(name), ...(isGood ? { example } : {}) };
  }

  /** Adds a schema that is written down here. */
  add(name: string, schema: JsonSchema): JsonSchema {
    this.#named.set(name, schema);
    return reference(name);
  }

  /** All of them by name. */
  all(): Record<string, JsonSchema> {
    return Object.fromEntries(this.#named);
  }
}

function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** References within a schema start from the document's root once the schema is part of it. */
function relocate(node: unknown, base: string): unknown {
  if (Array.isArray(node)) return node.map((item) => relocate(item, base));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string" ? value.replace(/^#/, base) : relocate(value, base),
    ]),
  );
}
