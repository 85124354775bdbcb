import { PlinthError, type RefusedError } from "@plinth/ports";
import type { Exchange } from "./exchange.ts";
import { isTellable, PROBLEM_TYPE, problem } from "./problem.ts";
import { send } from "./reply.ts";

/** Answers with an error, whatever was thrown. Where the answer has begun already, it is cut: the client must notice. */
export function fail(exchange: Exchange, thrown: unknown): void {
  if (exchange.response.headersSent) {
    hide(exchange, thrown, "");
    exchange.response.destroy();
    return;
  }
  const instance = `urn:uuid:${exchange.site.ids.next()}`;
  const error = isTellable(thrown) ? thrown : hide(exchange, thrown, instance);
  const details = problem(error, instance);
  send(exchange, details.status, PROBLEM_TYPE, errorHeaders(exchange, error), JSON.stringify(details));
}

/** The headers that go with an error: `WWW-Authenticate`, `Allow`, `Retry-After`. */
export function errorHeaders(exchange: Exchange, error: PlinthError | RefusedError): string[] {
  const headers = ["Cache-Control", "no-store"];
  if (!(error instanceof PlinthError)) return headers;
  if (error.code === "unauthenticated") headers.push("WWW-Authenticate", exchange.site.identity.challenge);
  if (error.code === "method_not_allowed") headers.push("Allow", error.allow.join(", "));
  if (error.retryAfterMs !== null || error.code === "unavailable" || error.code === "rate_limited")
    headers.push("Retry-After", String(Math.max(1, Math.ceil((error.retryAfterMs ?? 0) / 1000))));
  return headers;
}

/** An error that clients are told nothing of: it goes to the log, under the instance that they are told. */
export function hide(exchange: Exchange, thrown: unknown, instance: string): PlinthError {
  const { site, request } = exchange;
  site.logger.error("A request failed inside", {
    instance,
    method: request.method ?? "",
    path: exchange.path,
    error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  });
  return new PlinthError("internal", "Something went wrong inside. It was logged under this instance.");
}
