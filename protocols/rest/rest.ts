import { type Entity, kebab, type Service, type View } from "@plinth/model";
import type { Protocol } from "@plinth/ports";
import { commandHandler } from "./command.ts";
import { type CorsOptions, cors } from "./cors.ts";
import { type Limits, limits } from "./limits.ts";
import { openApi } from "./openapi/document.ts";
import { type Asset, assetHandler, type Form, type Page, type ProblemPage, pageRoute } from "./pages.ts";
import { PROBES } from "./probes.ts";
import { rowHandler, rowsHandler, stateHandler, statesHandler } from "./read.ts";
import { referenceRoutes } from "./reference/routes.ts";
import { type Handler, Routes } from "./routes.ts";
import type { Paths } from "./serve.ts";
import { listen } from "./server.ts";

/** What can be chosen about the HTTP face of a service. */
export interface RestOptions {
  /** Which pages of other origins may use the API; none where it is left out. */
  readonly cors?: CorsOptions;
  /** How much a client may ask of the server. */
  readonly limits?: Partial<Limits>;
  /**
   * Documents for people on the same port, by path: `"/jobs/{id}": jobPage`. Where a path is also one of the API, a
   * client that likes `text/html` better than `application/json` gets the page.
   */
  readonly pages?: Readonly<Record<string, Page | Form | Asset>>;
  /** What people see when a page fails. */
  readonly problemPage?: ProblemPage;
}

/**
 * Serves a model over HTTP/1.1: commands, entities, views, event streams, OpenAPI 3.1 with a reference, health and
 * metrics.
 *
 * Written on bare `node:http` with a table of routes: for one and the same POST Fastify takes a quarter more processor
 * time than bare `node:http` before any of this is done, while a table of routes takes nothing that can be measured
 * (`bench/http-servers.ts`).
 * @throws RangeError where an option cannot be used, naming it.
 */
export function rest(options: RestOptions = {}): Protocol {
  const settings = { limits: limits(options.limits), cors: options.cors ? cors(options.cors) : null };
  const pages = new Routes();
  for (const [pattern, page] of Object.entries(options.pages ?? {}))
    pages.add(pageRoute(pattern, page, options.problemPage));
  return {
    name: "rest",
    start: async (context) =>
      listen(context, settings, { api: apiRoutes(context.operations.service), pages }),
  };
}

function apiRoutes(service: Service): Paths["api"] {
  const routes = new Routes();
  const document = openApi(service);
  const json = { type: "application/json", body: JSON.stringify(document) };
  routes.add({ pattern: "/openapi.json", methods: { GET: assetHandler(json) } });
  for (const route of [...PROBES, ...referenceRoutes(document)]) routes.add(route);
  for (const entity of service.entities) addEntity(routes, entity);
  for (const view of service.views) addView(routes, view);
  return routes;
}

function addEntity(routes: Routes, entity: Entity): void {
  const path = `/${kebab(entity.plural)}`;
  const root: Record<string, Handler> = { GET: statesHandler(entity) };
  let hasFirst = false;
  for (const command of Object.values(entity.commands)) {
    const POST = commandHandler(entity, command);
    const name = kebab(command.name);
    if (command.on !== "new") routes.add({ pattern: `${path}/{id}/${name}`, methods: { POST } });
    else if (hasFirst) routes.add({ pattern: `${path}/${name}`, methods: { POST } });
    else [root.POST, hasFirst] = [POST, true];
  }
  routes.add({ pattern: path, methods: root });
  routes.add({ pattern: `${path}/{id}`, methods: { GET: stateHandler(entity) } });
}

function addView(routes: Routes, view: View): void {
  const path = `/${kebab(view.name)}`;
  routes.add({ pattern: path, methods: { GET: rowsHandler(view) } });
  routes.add({ pattern: `${path}/{key}`, methods: { GET: rowHandler(view) } });
}
