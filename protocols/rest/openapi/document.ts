import { type Entity, kebab, type Service, type View } from "@plinth/model";
import type { JsonSchema } from "./jsonSchema.ts";
import {
  commandOperation,
  describeEntity,
  listOperation,
  type Operation,
  oneOperation,
  pageOf,
  pascal,
  type Scope,
} from "./operations.ts";
import { HEADER_PARAMETERS } from "./parameters.ts";
import { platformPaths } from "./platform.ts";
import { errorResponses, HEADERS, PROBLEM_SCHEMA } from "./responses.ts";
import { Schemas } from "./schemas.ts";

/** The methods of one path. */
export interface PathItem {
  readonly get?: Operation;
  readonly post?: Operation;
}

/** An OpenAPI document, as far as it is written here. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly parameters: typeof HEADER_PARAMETERS;
    readonly headers: typeof HEADERS;
    readonly responses: ReturnType<typeof errorResponses>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const MANNERS = `Every error is \`application/problem+json\` (RFC 9457) with a stable \`code\`. A write answers after it is durable, with its \`Plinth-Position\`. Every path takes OPTIONS, every GET also HEAD; another method answers 405 with \`Allow\`. Unknown fields and parameters are errors.`;

/** The OpenAPI 3.1 document of a service: the same model always gives the same document. */
export function openApi(service: Service): OpenApi {
  const schemas = new Schemas();
  schemas.add("Problem", PROBLEM_SCHEMA);
  const scope: Scope = { service, schemas };
  const paths = Object.assign(
    {},
    ...service.entities.map((entity) => entityPaths(scope, entity)),
    ...service.views.map((view) => viewPaths(scope, view)),
    platformPaths(),
  );
  return {
    openapi: "3.1.1",
    info: {
      title: service.name,
      version: service.version,
      description: service.describe === null ? MANNERS : `${service.describe}\n\n${MANNERS}`,
    },
    servers: [{ url: "/" }],
    tags: tags(service),
    paths,
    components: {
      schemas: schemas.all(),
      parameters: HEADER_PARAMETERS,
      headers: HEADERS,
      responses: errorResponses(),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An access token of the identity provider." },
      },
    },
  };
}

function entityPaths(scope: Scope, entity: Entity): Record<string, PathItem> {
  const described = describeEntity(scope, entity);
  const path = `/${kebab(entity.plural)}`;
  const [first, ...others] = Object.values(entity.commands).filter(({ on }) => on === "new");
  const later = Object.values(entity.commands).filter(({ on }) => on !== "new");
  const root: PathItem = {
    ...(entity.stored ? { get: listOperation(scope, entity, described.page, described.envelope) } : {}),
    ...(first ? { post: commandOperation(scope, described, first) } : {}),
  };
  return {
    ...(root.get || root.post ? { [path]: root } : {}),
    ...byPath(others, (name) => `${path}/${name}`, scope, described),
    [`${path}/{id}`]: { get: oneOperation(scope, entity, described.envelope) },
    ...byPath(later, (name) => `${path}/{id}/${name}`, scope, described),
  };
}

function byPath(
  commands: readonly Parameters<typeof commandOperation>[2][],
  path: (name: string) => string,
  scope: Scope,
  described: Parameters<typeof commandOperation>[1],
): Record<string, PathItem> {
  return Object.fromEntries(
    commands.map((command) => [
      path(kebab(command.name)),
      { post: commandOperation(scope, described, command) },
    ]),
  );
}

function viewPaths(scope: Scope, view: View): Record<string, PathItem> {
  const name = `${pascal(view.name)}Row`;
  const row = scope.schemas.fromModel(name, view.row, "output");
  const page = pageOf(scope.schemas, name, row);
  const path = `/${kebab(view.name)}`;
  return {
    [path]: { get: listOperation(scope, view, page, row) },
    [`${path}/{key}`]: { get: oneOperation(scope, view, row) },
  };
}

function tags({ entities, views }: Service): OpenApi["tags"] {
  return [
    ...entities.map(({ name, describe }) => ({ name, description: describe ?? `The entity ${name}.` })),
    ...views.map(({ name, describe }) => ({ name, description: describe ?? `The view ${name}.` })),
    { name: "platform", description: "Health, metrics and these documents." },
  ];
}
