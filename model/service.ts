import type { Entity } from "./entity.ts";
import { checkName, kebab, ModelError } from "./names.ts";
import type { Reactor } from "./reactor.ts";
import { checkEventTypes, type View } from "./view.ts";

/** What a service is made of. */
export interface ServiceOptions {
  readonly entities: readonly Entity<any>[];
  readonly views?: readonly View[];
  readonly reactors?: readonly Reactor[];
  /** True: what has no policy is allowed to everyone. False (default): it is refused. */
  readonly public?: boolean;
  /** One sentence for the generated documents. */
  readonly describe?: string;
  /** The version of the contract, for the generated documents; `1.0.0` by default. */
  readonly version?: string;
}

/** A model, complete: what the runtime runs and every protocol serves. */
export interface Service {
  readonly kind: "service";
  readonly name: string;
  readonly entities: readonly Entity<any>[];
  readonly views: readonly View[];
  readonly reactors: readonly Reactor[];
  readonly public: boolean;
  readonly describe: string | null;
  readonly version: string;
}

/**
 * Puts a service together from its parts.
 * @throws ModelError where two parts claim one name or path, or a view reads an entity that is not part of it.
 */
export function service(name: string, options: ServiceOptions): Service {
  const { entities, views = [], reactors = [] } = options;
  checkName("service", name);
  checkDistinct("entity", entities);
  checkDistinct("view", views);
  checkDistinct("reactor", reactors);
  checkPaths(entities, views);
  for (const view of views) checkSources(`View "${view.name}"`, view.from, entities);
  for (const reactor of reactors) {
    checkSources(`Reactor "${reactor.name}"`, reactor.from, entities);
    checkEventTypes(`Reactor "${reactor.name}"`, entities, Object.keys(reactor.on));
  }
  return {
    kind: "service",
    name,
    entities,
    views,
    reactors,
    public: options.public ?? false,
    describe: options.describe ?? null,
    version: options.version ?? "1.0.0",
  };
}

function checkDistinct(what: string, parts: readonly { name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of parts) {
    if (seen.has(name)) throw new ModelError(`There are two parts of kind ${what} named "${name}".`);
    seen.add(name);
  }
}

/** Paths that the protocols serve beside the model's own. */
const PLATFORM_PATHS = ["console", "docs", "graphql", "health", "mcp", "metrics"];

function checkPaths(entities: readonly Entity<any>[], views: readonly View[]): void {
  const owners = new Map(PLATFORM_PATHS.map((path) => [path, "the platform"]));
  const paths = [
    ...entities.map((entity) => [kebab(entity.plural), `entity "${entity.name}"`] as const),
    ...views.map((view) => [kebab(view.name), `view "${view.name}"`] as const),
  ];
  for (const [path, owner] of paths) {
    const other = owners.get(path);
    if (other) throw new ModelError(`The path /${path} is claimed by ${other} and by ${owner}.`);
    owners.set(path, owner);
  }
}

function checkSources(where: string, from: readonly Entity<any>[], entities: readonly Entity<any>[]): void {
  for (const entity of from)
    if (!entities.includes(entity))
      throw new ModelError(`${where} reads entity "${entity.name}", which is not part of the service.`);
}
