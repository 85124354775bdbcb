import { permitted } from "./cors.ts";
import type { Exchange } from "./exchange.ts";

const EXPOSED =
  "ETag, Link, Location, Plinth-Position, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After";
const REQUEST_HEADERS =
  "Accept, Authorization, Content-Disposition, Content-Type, Idempotency-Key, If-Match, If-None-Match, " +
  "Last-Event-ID, Plinth-At-Least, Prefer, traceparent";

/** Lets the answer through to the page that asks, where its origin is one of those allowed. */
export function allowOrigin(exchange: Exchange): void {
  const rules = exchange.site.cors;
  if (!rules) return;
  if (rules.origins !== "*") exchange.vary = "Origin";
  const origin = permitted(rules, exchange.request.headers.origin);
  if (origin === null) return;
  exchange.carried.push("Access-Control-Allow-Origin", origin, "Access-Control-Expose-Headers", EXPOSED);
  if (rules.credentials) exchange.carried.push("Access-Control-Allow-Credentials", "true");
}

/** What a browser asks before a request that is not simple (Fetch standard, CORS protocol). */
export function preflight(exchange: Exchange, allow: string): void {
  const rules = exchange.site.cors;
  const { headers } = exchange.request;
  if (!rules || headers["access-control-request-method"] === undefined) return;
  if (permitted(rules, headers.origin) === null) return;
  exchange.carried.push(
    "Access-Control-Allow-Methods",
    allow,
    "Access-Control-Allow-Headers",
    REQUEST_HEADERS,
    "Access-Control-Max-Age",
    String(rules.maxAgeSeconds),
  );
}

/** Whether a browser says that a page of another site sends this, and that site may not. */
export function isForeign(exchange: Exchange): boolean {
  const { headers } = exchange.request;
  if (headers["sec-fetch-site"] !== "cross-site") return false;
  return exchange.site.cors === null || permitted(exchange.site.cors, headers.origin) === null;
}
