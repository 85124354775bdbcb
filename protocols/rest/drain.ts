import type { Server } from "node:http";
import type { Socket } from "node:net";
import { PlinthError } from "@plinth/ports";
import type { Connection } from "./connection.ts";
import type { Site } from "./exchange.ts";
import { closePort } from "./port.ts";
import { answerRaw } from "./raw.ts";
import { closeIfQuiet, FAREWELL_MS } from "./stillness.ts";

/**
 * How long a connection must have been idle before it is closed. A client that has just been answered may have its
 * next request on the wire already; closing under it would look like a reset. Such a request is answered 503 with
 * `Connection: close`.
 */
const QUIET_MS = 500;
const LOOK_MS = 50;
/** How long no connection must have come before the port is closed, and how long that is waited for. */
const ARRIVALS_QUIET_MS = 100;
const ARRIVALS_MAX_MS = 2000;

/** Why a request is not taken. */
export function drains(): PlinthError {
  return new PlinthError("unavailable", "The service is draining.", { retryAfterMs: 1000 });
}

/**
 * Serves on for the grace. Then takes nothing new, answers what is in flight, ends event streams, closes connections as
 * they fall idle. Resolves when the last one is closed, or at the deadline after cutting what is left.
 */
export async function drain(server: Server, site: Site, deadlineMs: number, graceMs: number): Promise<void> {
  const { clock, connections } = site;
  const end = clock.elapsed() + deadlineMs;
  site.draining = true;
  closeGently(server, site);
  if (graceMs > 0) await pause(site, Math.min(graceMs, deadlineMs));
  site.refusing = true;
  for (const stream of site.streams) stream.abort();
  // However long a connection has been idle, its next request may be on the wire.
  for (const connection of connections.values()) connection.answeredAt = clock.elapsed();
  let isClosed = false;
  const closed = close(server, site, end - clock.elapsed()).then(() => {
    isClosed = true;
  });
  const lastCall = end - Math.min(FAREWELL_MS, deadlineMs / 4);
  let called = false;
  while (!isClosed && clock.elapsed() < end) {
    for (const connection of connections.values()) closeIfQuiet(connection, clock.elapsed(), QUIET_MS);
    if (!called && clock.elapsed() >= lastCall) {
      called = true;
      for (const connection of connections.values()) turnAway(site, connection);
    }
    await pause(site, Math.min(LOOK_MS, end - clock.elapsed()), closed);
  }
  for (const { socket } of connections.values()) socket.destroy();
  await closed;
}

/**
 * Has Node close only its side of a connection after the last answer. Were both closed at once, what the client has
 * sent meanwhile would be met by a reset, and the client might never see the answer.
 */
function closeGently(server: Server, { connections }: Site): void {
  const gently = (socket: Socket): void => {
    socket.destroySoon = () => void socket.end();
  };
  for (const { socket } of connections.values()) gently(socket);
  server.prependListener("connection", gently);
  // `close` on its own would end idle connections at once, with requests to them perhaps on the wire.
  server.closeIdleConnections = () => {};
}

/** Waits until no connection comes any more, but not for ever, and closes the port. Resolves when all are closed. */
async function close(server: Server, site: Site, withinMs: number): Promise<void> {
  const { clock } = site;
  const end = clock.elapsed() + Math.min(ARRIVALS_MAX_MS, withinMs / 2);
  for (let before = -1; site.accepted !== before && clock.elapsed() < end; ) {
    before = site.accepted;
    await pause(site, Math.min(ARRIVALS_QUIET_MS, end - clock.elapsed()));
  }
  await new Promise<void>((resolve, reject) => {
    closePort(server, site, resolve).catch(reject);
  });
}

/** Answers a request that is still arriving when there is no time left for it. */
function turnAway(site: Site, connection: Connection): void {
  if (connection.interrupt) connection.interrupt(drains());
  else if (connection.busy === 0 && !connection.socket.writableEnded) answerRaw(site, connection, drains());
}

/** Resolves when the time is up, or earlier when `end` does. */
async function pause({ clock }: Site, ms: number, end?: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(Math.max(0, ms), resolve);
  await (end ? Promise.race([promise, end]) : promise);
  cancel();
}
