import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Actor } from "@plinth/model";
import type { Caller, ProtocolContext } from "@plinth/ports";
import type { Connection } from "./connection.ts";
import type { Cors } from "./cors.ts";
import { positionHeader, preferredWait, traceparent } from "./headers.ts";
import type { Limits } from "./limits.ts";
import type { Request } from "./request.ts";
import { cookiePosition, isBrowser, positionCookie } from "./session.ts";
import type { Shed } from "./shed.ts";
import type { Lane, Traffic } from "./traffic.ts";
import type { Turns } from "./turns.ts";

/** What every request of a listener has in common. */
export interface Site extends ProtocolContext {
  readonly limits: Limits;
  readonly cors: Cors | null;
  readonly traffic: Traffic;
  /** How long connections are kept, for those who ask before they use one again (RFC 2068, section 19.7.1.1). */
  readonly keepAlive: string;
  readonly connections: Map<Socket, Connection>;
  /** True from the start of the drain: not ready, and what is answered closes its connection. */
  draining: boolean;
  /** True when nothing new is taken any more. */
  refusing: boolean;
  /** Connections accepted so far. */
  accepted: number;
  /** Requests at work. */
  inFlight: number;
  /** Bytes of bodies that are still arriving. */
  arrivingBytes: number;
  /** Open event streams; aborting one ends it. */
  readonly streams: Set<AbortController>;
  /** Those who are turned away, for a moment. */
  readonly shed: Shed;
  /** The time of each turn of the loop that requests may take. */
  readonly requests: Turns;
  /** And that event streams may take which have much to catch up with. */
  readonly catchingUp: Turns;
  /** How late the loop last was: what arrives has waited for as long before it is seen. */
  lagMs: number;
}

/** One request on its way to its answer. */
export class Exchange {
  readonly site: Site;
  readonly request: Request;
  readonly response: ServerResponse;
  readonly connection: Connection;
  /** Place among the requests of its connection, from 1. */
  readonly number: number;
  /** `clock.elapsed()` of its headers. */
  readonly began: number;
  /** Path as it was sent, undecoded. */
  path = "/";
  /** Query as it was sent, without the question mark. */
  query = "";
  /** Values of the path's parameters, as they were sent. */
  raw: readonly string[] = [];
  /** Headers that the answer carries, whatever it will be: name, value, name, value. */
  readonly carried: string[] = [];
  /** Where its answer is counted. */
  lane: Lane;
  /** Fields of the request that the choice of answer depended on. */
  vary = "";
  /** `clock.elapsed()` of its admission, by which it is measured; -1 while it is not among the requests at work. */
  admittedAt = -1;

  constructor(site: Site, request: Request, response: ServerResponse, connection: Connection) {
    this.site = site;
    this.request = request;
    this.response = response;
    this.connection = connection;
    this.number = ++connection.begun;
    this.began = site.clock.elapsed();
    this.lane = site.traffic.missing;
  }

  /** @throws PlinthError `unauthenticated` where the credentials do not hold. */
  authenticate(): Actor | Promise<Actor> {
    return this.site.identity.authenticate({ authorization: this.request.headers.authorization ?? null });
  }

  /**
   * Who asks, and until when. `Prefer: wait` can only shorten the time, and not below `leastSeconds`: a command that is
   * given none at all could only fail.
   */
  caller(actor: Actor, leastSeconds = 0): Caller {
    const { headers } = this.request;
    const trace = headers.traceparent === undefined ? null : traceparent(headers);
    return { actor, trace, deadlineMs: this.#deadlineMs(leastSeconds) };
  }

  #deadlineMs(leastSeconds: number): number {
    const longest = this.site.limits.deadlineMs;
    const { headers } = this.request;
    const preferred = headers.prefer === undefined ? null : preferredWait(headers);
    if (preferred === null) return longest;
    const seconds = Math.max(preferred, leastSeconds);
    this.carried.push("Preference-Applied", `wait=${seconds}`);
    return Math.min(longest, seconds * 1000);
  }

  /**
   * The position that a read must have reached: what `Plinth-At-Least` asks for, or what this client has written
   * last, by its connection or its cookie, whichever is later.
   * @throws PlinthError `invalid_argument` where the header is malformed.
   */
  atLeast(): number {
    const { headers } = this.request;
    const asked = positionHeader(headers, "plinth-at-least", "Plinth-At-Least") ?? 0;
    return Math.max(asked, this.connection.position, cookiePosition(headers.cookie));
  }

  /** Gives back its place among the requests at work, if it has one: it is answered. */
  leave(now: number): void {
    if (this.admittedAt < 0) return;
    this.lane.gate.answered(now, now - this.admittedAt + this.site.lagMs);
    this.admittedAt = -1;
    this.site.inFlight--;
  }

  /** Gives back its place: it has become an event stream. */
  release(): void {
    this.lane.gate.leave();
    this.admittedAt = -1;
    this.site.inFlight--;
  }

  /** Remembers what the client wrote, for its next reads. */
  wrote(position: number): void {
    if (position > this.connection.position) this.connection.position = position;
    if (isBrowser(this.request.headers)) this.carried.push("Set-Cookie", positionCookie(position));
  }
}
