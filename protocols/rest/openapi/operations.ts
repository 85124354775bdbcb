import type { AnyCommand, Entity, Service, View } from "@plinth/model";
import type { JsonSchema } from "./jsonSchema.ts";
import { headerParameter, listParameters, type Parameter, pathParameter } from "./parameters.ts";
import { errors, header, LIMIT_HEADERS, type Response } from "./responses.ts";
import type { Described, Schemas } from "./schemas.ts";

/** One method of one path (OpenAPI 3.1, section 4.8.10). */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, object>> };
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
  readonly security?: readonly object[];
}

/** What the operations of one document share. */
export interface Scope {
  readonly service: Service;
  readonly schemas: Schemas;
}

/** An entity with the schemas that its operations answer with. */
export interface DescribedEntity {
  readonly entity: Entity;
  readonly name: string;
  readonly envelope: Described;
  readonly reply: Described;
  readonly page: Described;
}

const ID = "0195a1c2-7b3d-7e4f-8a5b-6c7d8e9f0a1b";
const VERSION: JsonSchema = { type: "integer", minimum: 1, description: "Version of the stream, from 1." };
const POSITION: JsonSchema = { type: "integer", minimum: 1, description: "Place in the log." };
const READ_ERRORS = errors(
  "invalid_argument",
  "unauthenticated",
  "permission_denied",
  "not_found",
  "not_acceptable",
  "rate_limited",
  "internal",
  "unavailable",
  "deadline_exceeded",
);
const READ_HEADERS = [
  headerParameter("PlinthAtLeast"),
  headerParameter("Prefer"),
  headerParameter("Traceparent"),
];

/** `deposit` becomes `Deposit`. */
export function pascal(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** Adds the schemas of an entity: its state, envelope, command reply and page. */
export function describeEntity({ schemas }: Scope, entity: Entity): DescribedEntity {
  const name = pascal(entity.name);
  const state = schemas.fromModel(name, entity.state, "output");
  const id: JsonSchema = { type: "string" };
  const envelope = wrap(
    schemas,
    `${name}Envelope`,
    { id, version: VERSION, state: state.schema },
    state,
    (value) => ({
      id: ID,
      version: 3,
      state: value,
    }),
  );
  const optional = { id, version: VERSION, position: POSITION, state: { ...state.schema } };
  const reply = wrap(
    schemas,
    `${name}Reply`,
    optional,
    state,
    (value) => ({ id: ID, version: 3, position: 42, state: value }),
    ["id", "version", "position"],
  );
  return { entity, name, envelope, reply, page: pageOf(schemas, name, envelope) };
}

/** One page of a list. */
export function pageOf(schemas: Schemas, name: string, item: Described): Described {
  const next: JsonSchema = {
    type: ["string", "null"],
    description: "Cursor of the next page; null on the last.",
  };
  const properties = { items: { type: "array", items: item.schema }, next };
  return wrap(schemas, `${name}Page`, properties, item, (value) => ({ items: [value], next: null }));
}

function wrap(
  schemas: Schemas,
  name: string,
  properties: Record<string, JsonSchema>,
  inner: Described,
  build: (example: unknown) => unknown,
  required: readonly string[] = Object.keys(properties),
): Described {
  const schema = schemas.add(name, { type: "object", properties, required });
  return "example" in inner ? { schema, example: build(inner.example) } : { schema };
}

/** `POST`: a command. */
export function commandOperation(scope: Scope, of: DescribedEntity, command: AnyCommand): Operation {
  const { entity, name, reply } = of;
  const input = scope.schemas.fromModel(`${name}${pascal(command.name)}Input`, command.input, "input");
  const further = Object.keys(command.accepts ?? {}).map((type) => [type, {}] as const);
  const isNew = command.on === "new";
  return {
    operationId: `${entity.name}.${command.name}`,
    summary: `${pascal(command.name)} ${isNew ? "a new" : "an"} ${entity.name}`.replace(
      /\ban (?=[^aeiou])/,
      "a ",
    ),
    ...(command.describe === undefined ? {} : { description: command.describe }),
    tags: [entity.name],
    parameters: [
      ...(isNew ? [] : [pathParameter("id", entity.name)]),
      headerParameter("IdempotencyKey"),
      ...(isNew ? [] : [headerParameter("IfMatch")]),
      headerParameter("Prefer"),
      headerParameter("Traceparent"),
    ],
    requestBody: {
      required: !command.input.safeParse({}).success,
      content: { "application/json": input, ...Object.fromEntries(further) },
    },
    responses: { ...commandReplies(reply, command.on), ...commandErrors(command) },
    ...security(scope.service, command.allow !== undefined),
  };
}

function commandReplies(reply: Described, on: AnyCommand["on"]): Record<string, Response> {
  const headers = {
    ETag: header("ETag"),
    "Plinth-Position": header("PlinthPosition"),
    "Preference-Applied": header("PreferenceApplied"),
    ...LIMIT_HEADERS,
  };
  const content = { "application/json": reply };
  const done: Response = { description: "Done, and durable.", headers, content };
  const created: Response = {
    description: "Done, and durable: the entity is new.",
    headers: { ...headers, Location: header("Location") },
    content,
  };
  if (on === "new") return { "201": created };
  return on === "any" ? { "200": done, "201": created } : { "200": done };
}

function commandErrors({ on }: AnyCommand): Record<string, { $ref: string }> {
  const all = errors(
    "invalid_argument",
    "unauthenticated",
    "permission_denied",
    "not_found",
    "not_acceptable",
    "already_exists",
    "version_conflict",
    "payload_too_large",
    "unsupported_media_type",
    "idempotency_key_reused",
    "rate_limited",
    "internal",
    "unavailable",
    "deadline_exceeded",
  );
  if (on === "existing") return all;
  const { "404": _, ...rest } = all;
  return rest;
}

/** `GET` of one: an entity's state or a row. */
export function oneOperation(scope: Scope, part: Entity | View, body: Described): Operation {
  const isEntity = part.kind === "entity";
  const word = isEntity ? "id" : "key";
  const position = isEntity ? {} : { "Plinth-Position": header("PlinthPosition") };
  const headers = { ETag: header("ETag"), ...position, ...LIMIT_HEADERS };
  return {
    operationId: `${part.name}.${isEntity ? "get" : "row"}`,
    summary: isEntity ? `The state of one ${part.name}` : `One row of ${part.name}`,
    ...(part.describe === null ? {} : { description: part.describe }),
    tags: [part.name],
    parameters: [
      pathParameter(word, isEntity ? part.name : "row"),
      headerParameter("IfNoneMatch"),
      headerParameter("LastEventId"),
      ...READ_HEADERS,
    ],
    responses: {
      "200": {
        description: "As it stands, or its changes as they happen.",
        headers,
        content: reads(part, body, body),
      },
      "304": { description: "The client has it.", headers },
      ...READ_ERRORS,
      ...errors("version_conflict"),
    },
    ...security(scope.service, part.allow !== null),
  };
}

/** `GET` of many: stored states or rows. */
export function listOperation(
  scope: Scope,
  part: Entity | View,
  page: Described,
  item: Described,
): Operation {
  const headers = {
    ETag: header("PageTag"),
    "Plinth-Position": header("PlinthPosition"),
    Link: header("Link"),
    ...LIMIT_HEADERS,
  };
  return {
    operationId: `${part.name}.list`,
    summary: part.kind === "entity" ? `The ${part.plural}` : `The rows of ${part.name}`,
    ...(part.describe === null ? {} : { description: part.describe }),
    tags: [part.name],
    parameters: [
      ...listParameters(part),
      headerParameter("IfNoneMatch"),
      headerParameter("LastEventId"),
      ...READ_HEADERS,
    ],
    responses: {
      "200": {
        description: "One page, or changes as they happen.",
        headers,
        content: reads(part, page, item),
      },
      "304": { description: "The client has it.", headers },
      ...READ_ERRORS,
    },
    ...security(scope.service, part.allow !== null),
  };
}

/** A read comes as JSON, or as a stream of events that each carry one item. */
function reads(part: Entity | View, body: Described, item: Described): Record<string, object> {
  const data = part.kind === "entity" ? item.example : { key: ID, row: item.example };
  const stream: JsonSchema = {
    type: "string",
    description:
      "Server-sent events. `id` is the position; resume with `Last-Event-ID`. `data` is the " +
      (part.kind === "entity" ? "envelope" : 'row as `{ "key", "row" }`') +
      ". The event `gone` says that it is gone or no longer matches; `problem` carries an error and ends the stream.",
  };
  const example = `retry: 2000\n\nid: 42\ndata: ${JSON.stringify(data)}\n\n`;
  return {
    "application/json": body,
    "text/event-stream": { schema: stream, ...("example" in item ? { example } : {}) },
  };
}

/** Who may: without a policy everyone in a public service; with one, it may let in those who have not signed in. */
function security(service: Service, hasPolicy: boolean): { security: object[] } {
  if (!service.public) return { security: [{ bearer: [] }] };
  return { security: hasPolicy ? [{ bearer: [] }, {}] : [] };
}
