import { PlinthError } from "@plinth/ports";
import { prefers } from "./accept.ts";
import { isCrowded } from "./admission.ts";
import { drains } from "./drain.ts";
import type { Exchange } from "./exchange.ts";
import { fail } from "./failure.ts";
import { SHED } from "./gate.ts";
import { allowOrigin, preflight } from "./origin.ts";
import { invalid } from "./problem.ts";
import { JSON_TYPE, sendEmpty, varyBy } from "./reply.ts";
import type { Match, Routes } from "./routes.ts";
import { target } from "./target.ts";

/** Where requests can go. */
export interface Paths {
  readonly api: Routes;
  /** Pages for people. Where a path is both, `Accept` decides. */
  readonly pages: Routes;
}

/** Answers one request, whatever comes. Never throws. */
export function serve(exchange: Exchange, paths: Paths): void {
  exchange.connection.busy++;
  let answering: Promise<void> | null = null;
  try {
    allowOrigin(exchange);
    checkRequest(exchange);
    answering = answer(exchange, paths) ?? null;
  } catch (thrown) {
    if (thrown === SHED && isAlone(exchange)) {
      exchange.site.shed.later(() => turnAway(exchange));
      return;
    }
    failSafe(exchange, thrown);
  }
  if (answering) wait(exchange, answering);
  else answered(exchange);
}

function answer(exchange: Exchange, paths: Paths): Promise<void> | void {
  if (exchange.request.method === "OPTIONS") return options(exchange, paths);
  return lead(exchange, paths).handler(exchange);
}

function wait(exchange: Exchange, answering: Promise<void>): void {
  answering.then(
    () => answered(exchange),
    (thrown) => {
      failSafe(exchange, thrown);
      answered(exchange);
    },
  );
}

/** Whether no other request of its connection waits for it. */
function isAlone({ connection, site }: Exchange): boolean {
  return connection.busy === 1 && !site.draining;
}

function turnAway(exchange: Exchange): void {
  failSafe(exchange, SHED);
  answered(exchange);
}

function answered(exchange: Exchange): void {
  const { connection, lane, response, site } = exchange;
  const now = site.clock.elapsed();
  exchange.leave(now);
  connection.busy--;
  connection.answeredAt = now;
  lane.count(response.statusCode, now - exchange.began);
}

/** An answer that cannot be given must not end the process: the connection is closed instead. */
function failSafe(exchange: Exchange, thrown: unknown): void {
  try {
    fail(exchange, thrown);
  } catch (error) {
    exchange.site.logger.error("A failure could not be answered", { error: String(error) });
    exchange.request.socket.destroy();
  }
}

/** What every request must be, whatever it asks for (RFC 9112, section 3.2; our limit on headers). */
function checkRequest(exchange: Exchange): void {
  const { request, site } = exchange;
  const { rawHeaders } = request;
  if (rawHeaders.length > 2 * site.limits.headersMax)
    throw new PlinthError("payload_too_large", `There are more than ${site.limits.headersMax} headers.`);
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === "host") hosts++;
  if (hosts > 1 || (hosts === 0 && request.httpVersion === "1.1"))
    throw invalid("Host", "The Host header must be given once.");
  const isWhole = request.url === "*" && request.method === "OPTIONS";
  const { path, query } = isWhole ? { path: "*", query: "" } : target(request.url!);
  exchange.path = path;
  exchange.query = query;
}

/** The handler that a request leads to. It takes a place when the request is admitted, but is refused here already. */
function lead(exchange: Exchange, paths: Paths): Match {
  const { site, request } = exchange;
  const method = request.method === "HEAD" ? "GET" : request.method!;
  const match = choose(exchange, paths, method);
  if (!match) throw missing(exchange, paths);
  exchange.raw = match.raw;
  exchange.lane = site.traffic.lane(match.handler, method, match.route.pattern);
  if (match.route.probe) return match;
  if (site.refusing || exchange.connection.closing) throw drains();
  if (isCrowded(exchange)) throw SHED;
  return match;
}

function choose(exchange: Exchange, { api, pages }: Paths, method: string): Match | null {
  const resource = api.find(exchange.path, method);
  const page = pages.isEmpty ? null : pages.find(exchange.path, method);
  if (!resource || !page) return resource ?? page;
  varyBy(exchange, "Accept");
  return prefers(exchange.request.headers.accept, "text/html", JSON_TYPE) ? page : resource;
}

function missing(exchange: Exchange, paths: Paths): PlinthError {
  const allow = methodsOf(exchange.path, paths);
  if (allow.length === 0) return new PlinthError("not_found", "There is nothing at this path.");
  return new PlinthError("method_not_allowed", `This path takes ${allow.join(", ")}.`, { allow });
}

function options(exchange: Exchange, paths: Paths): void {
  const allow = exchange.path === "*" ? ["GET", "HEAD", "OPTIONS", "POST"] : methodsOf(exchange.path, paths);
  if (allow.length === 0) throw missing(exchange, paths);
  preflight(exchange, allow.join(", "));
  sendEmpty(exchange, 204, ["Allow", allow.join(", ")]);
}

/** Every method of a path in the order of their names; HEAD goes with GET, OPTIONS with any. */
function methodsOf(path: string, { api, pages }: Paths): string[] {
  const methods = new Set([...api.methods(path), ...pages.methods(path)]);
  if (methods.has("GET")) methods.add("HEAD");
  if (methods.size > 0) methods.add("OPTIONS");
  return [...methods].sort();
}
