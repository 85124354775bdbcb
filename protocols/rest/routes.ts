import type { Exchange } from "./exchange.ts";

/** Answers one request, at once or later. Throws or rejects where it cannot. */
export type Handler = (exchange: Exchange) => Promise<void> | void;

/** What one path takes. */
export interface Route {
  /** Path with parameters in braces: `/accounts/{id}/deposit`. */
  readonly pattern: string;
  /** Handlers by method. HEAD is answered by GET. */
  readonly methods: Readonly<Record<string, Handler>>;
  /** Answered while draining and beyond the limit of requests at work: health and metrics. */
  readonly probe?: boolean;
}

/** A route that a path has led to. */
export interface Match {
  readonly route: Route;
  readonly handler: Handler;
  /** Values of the parameters, as they were sent. */
  readonly raw: readonly string[];
}

class Node {
  readonly fixed = new Map<string, Node>();
  parameter: Node | null = null;
  route: Route | null = null;
}

/** Routes by path. A fixed segment goes before a parameter, for each method by itself. */
export class Routes {
  readonly #root = new Node();
  /** Whether there is no route at all. */
  isEmpty = true;

  /** @throws RangeError where the path is taken. */
  add(route: Route): void {
    let node = this.#root;
    for (const part of route.pattern.split("/").slice(1)) {
      const next = part.startsWith("{") ? node.parameter : node.fixed.get(part);
      const child: Node = next ?? new Node();
      if (part.startsWith("{")) node.parameter = child;
      else node.fixed.set(part, child);
      node = child;
    }
    if (node.route)
      throw new RangeError(`rest: the paths ${node.route.pattern} and ${route.pattern} are the same.`);
    node.route = route;
    this.isEmpty = false;
  }

  /** The route of a path that takes the method, or null. */
  find(path: string, method: string): Match | null {
    const raw: string[] = [];
    const route = seek(this.#root, path, 1, method, raw);
    return route && { route, handler: route.methods[method]!, raw };
  }

  /** The methods that a path takes, in the order of their names; empty where there is no such path. */
  methods(path: string): string[] {
    const methods = new Set<string>();
    gather(this.#root, path.split("/").slice(1), 0, methods);
    return [...methods].sort();
  }
}

function seek(node: Node, path: string, start: number, method: string, raw: string[]): Route | null {
  if (start > path.length) return node.route && method in node.route.methods ? node.route : null;
  const slash = path.indexOf("/", start);
  const end = slash < 0 ? path.length : slash;
  const part = path.slice(start, end);
  const fixed = node.fixed.size > 0 ? node.fixed.get(part) : undefined;
  const found = fixed ? seek(fixed, path, end + 1, method, raw) : null;
  if (found || !node.parameter || part === "") return found;
  raw.push(part);
  const route = seek(node.parameter, path, end + 1, method, raw);
  if (!route) raw.pop();
  return route;
}

function gather(node: Node, parts: readonly string[], at: number, methods: Set<string>): void {
  const part = parts[at];
  if (part === undefined) {
    for (const method of Object.keys(node.route?.methods ?? {})) methods.add(method);
    return;
  }
  const fixed = node.fixed.get(part);
  if (fixed) gather(fixed, parts, at + 1, methods);
  if (node.parameter && part !== "") gather(node.parameter, parts, at + 1, methods);
}
