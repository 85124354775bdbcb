import { type Entity, type Schema, type View, z } from "@plinth/model";
import type { JsonSchema } from "./jsonSchema.ts";

/** A parameter of an operation (OpenAPI 3.1, section 4.8.12). */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

const WHOLE: JsonSchema = { type: "integer", minimum: 0 };

/** Request headers that many operations take, by the name of their component. */
export const HEADER_PARAMETERS: Readonly<Record<string, Parameter>> = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "Makes the command take effect once, however often it is sent with this key by the same actor; a repeat gets the first answer. Visible ASCII.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
    example: "0195a1c2-7b3d-7e4f-8a5b-6c7d8e9f0a1b",
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description: 'The version that the command expects, as its entity tag: `"3"`. Another one answers 412.',
    schema: { type: "string" },
    example: '"3"',
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "Entity tags that the client holds. Where the current one is among them, the answer is 304.",
    schema: { type: "string" },
    example: '"3"',
  },
  PlinthAtLeast: {
    name: "Plinth-At-Least",
    in: "header",
    description:
      "A position that the answer must have reached: `Plinth-Position` of a write. Waits for it, up to a deadline. On the same connection, and in a browser, the client's own writes are waited for without it.",
    schema: WHOLE,
    example: 42,
  },
  Prefer: {
    name: "Prefer",
    in: "header",
    description: "`wait=5` waits at most five seconds for the answer (RFC 7240); beyond, 504.",
    schema: { type: "string" },
    example: "wait=5",
  },
  Traceparent: {
    name: "traceparent",
    in: "header",
    description: "W3C Trace Context: the trace that this request belongs to.",
    schema: { type: "string" },
    example: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  },
  LastEventId: {
    name: "Last-Event-ID",
    in: "header",
    description: "For `text/event-stream`: the last `id` that the client has seen; changes after it follow.",
    schema: WHOLE,
    example: 42,
  },
};

/** A reference to one of them. */
export function headerParameter(component: keyof typeof HEADER_PARAMETERS): { $ref: string } {
  return { $ref: `#/components/parameters/${component}` };
}

/** The id or key of a path. */
export function pathParameter(name: "id" | "key", of: string): Parameter {
  return {
    name,
    in: "path",
    required: true,
    description: `${name === "id" ? "Id" : "Key"} of the ${of}.`,
    schema: { type: "string", minLength: 1, maxLength: 256 },
    example: "0195a1c2-7b3d-7e4f-8a5b-6c7d8e9f0a1b",
  };
}

const RANGES = { gte: "at least", gt: "more than", lte: "at most", lt: "less than" } as const;

/** Everything that a list can be asked for. */
export function listParameters(part: Entity | View): Parameter[] {
  const { shape } = (part.kind === "entity" ? part.state : part.row) as Schema & {
    shape: Record<string, Schema>;
  };
  return [
    {
      name: "limit",
      in: "query",
      description: "How many at most.",
      schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    },
    {
      name: "cursor",
      in: "query",
      description: "`next` of the page before, with the same filters and order.",
      schema: { type: "string" },
    },
    ...(part.sort.length > 0 ? [sortParameter(part.sort)] : []),
    ...part.filter.flatMap((name) => filterParameters(name, shape[name]!)),
  ];
}

function sortParameter(fields: readonly string[]): Parameter {
  return {
    name: "sort",
    in: "query",
    description: `Fields to sort by, with commas; \`-\` before one turns it around: ${fields.join(", ")}.`,
    schema: { type: "string", examples: [`-${fields[0]}`] },
  };
}

function filterParameters(name: string, field: Schema): Parameter[] {
  const { $schema: _, ...schema } = z.toJSONSchema(field, {
    io: "output",
    unrepresentable: "any",
  }) as JsonSchema & {
    $schema?: string;
  };
  const equal: Parameter = { name, in: "query", description: `Only where ${name} is this.`, schema };
  if (schema.type === "boolean") return [equal];
  const ranges = Object.entries(RANGES).map(([op, words]): Parameter => {
    const bound: JsonSchema = {
      ...(schema.type ? { type: schema.type } : {}),
      ...(schema.format ? { format: schema.format } : {}),
    };
    return {
      name: `${name}[${op}]`,
      in: "query",
      description: `Only where ${name} is ${words} this.`,
      schema: bound,
    };
  });
  return [equal, ...ranges];
}
