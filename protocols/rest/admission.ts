import type { Actor } from "@plinth/model";
import { type Allowance, type Limiter, PlinthError } from "@plinth/ports";
import type { Exchange } from "./exchange.ts";
import { SHED } from "./gate.ts";

/** Whether a request that came now would find no place among those at work. */
export function isCrowded({ site, lane }: Exchange): boolean {
  return lane.gate.atWork >= lane.gate.places || site.inFlight >= site.limits.inFlightMax;
}

/**
 * Takes a place among the requests at work, finds out who asks, and takes their request from the quota of the route.
 * From then on the answer tells how much is left, whatever it will be. Nothing is read or decided before. Promised where
 * one of the two is, and where this turn of the loop has no time left.
 * @throws PlinthError `unavailable` where there are too many at work, `unauthenticated` where the credentials do not
 * hold, `rate_limited` where the quota is used up.
 */
export function admit(exchange: Exchange): Actor | Promise<Actor> {
  enter(exchange);
  const wait = exchange.site.requests.next();
  return wait === null ? admitted(exchange) : wait.then(() => admitted(exchange));
}

function admitted(exchange: Exchange): Actor | Promise<Actor> {
  const actor = exchange.authenticate();
  const { limiter } = exchange.site;
  if (limiter === null) return actor;
  return actor instanceof Promise
    ? actor.then((found) => take(exchange, limiter, found))
    : take(exchange, limiter, actor);
}

/** What a request waits for beforehand, such as its body, is its client's time: it takes no place from others. */
function enter(exchange: Exchange): void {
  const { site, lane } = exchange;
  if (site.inFlight >= site.limits.inFlightMax || !lane.gate.enter()) throw SHED;
  site.inFlight++;
  exchange.admittedAt = site.clock.elapsed();
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
