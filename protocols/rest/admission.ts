import type { Actor } from "@plinth/model";
import { type Allowance, type Limiter, PlinthError } from "@plinth/ports";
import type { Exchange } from "./exchange.ts";

/**
 * Finds out who asks, and takes their request from the quota of the route. From then on the answer tells how much is
 * left, whatever it will be. Nothing is read or decided before. Promised only where one of the two is.
 * @throws PlinthError `unauthenticated` where the credentials do not hold, `rate_limited` where the quota is used up.
 */
export function admit(exchange: Exchange): Actor | Promise<Actor> {
  const actor = exchange.authenticate();
  const { limiter } = exchange.site;
  if (limiter === null) return actor;
  return actor instanceof Promise
    ? actor.then((found) => take(exchange, limiter, found))
    : take(exchange, limiter, actor);
}

function take(exchange: Exchange, limiter: Limiter, actor: Actor): Actor | Promise<Actor> {
  const client = exchange.request.socket.remoteAddress ?? "";
  const allowance = limiter.take({ actor, client, route: exchange.lane.name });
  if (!(allowance instanceof Promise)) return allowed(exchange, allowance, actor);
  return allowance.then((found) => allowed(exchange, found, actor));
}

/** The actor, where the allowance lets it through; its numbers go with the answer (structured fields, RFC 9651). */
function allowed(exchange: Exchange, allowance: Allowance, actor: Actor): Actor {
  const { limit, remaining, resetSeconds, retryAfterMs } = allowance;
  const { name, quota, windowSeconds } = limit;
  exchange.carried.push(
    "RateLimit-Policy",
    `"${name}";q=${quota};w=${windowSeconds}`,
    "RateLimit",
    `"${name}";r=${remaining};t=${resetSeconds}`,
  );
  if (retryAfterMs === null) return actor;
  throw new PlinthError(
    "rate_limited",
    `The quota of this route is used up: ${quota} requests in ${windowSeconds} seconds.`,
    { retryAfterMs },
  );
}
