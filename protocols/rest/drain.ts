import type { Server } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import type { Site } from "./exchange.ts";

/**
 * How long a connection must have been idle before it is closed. A client that has just been answered may have its
 * next request on the wire already; closing under it would look like a reset. Such a request is answered 503 with
 * `Connection: close`.
 */
const QUIET_MS = 500;
/** How long a client may take to close its side after ours. */
const FAREWELL_MS = 1000;
const LOOK_MS = 50;

/**
 * Takes nothing new, answers what is in flight, ends event streams, closes connections as they fall idle. Resolves
 * when the last one is closed, or at the deadline after cutting what is left.
 */
export async function drain(server: Server, site: Site, deadlineMs: number): Promise<void> {
  const { clock } = site;
  const end = clock.elapsed() + deadlineMs;
  site.draining = true;
  // What the kernel has connected already is accepted first: it would be reset with the listening socket.
  await turn();
  // `close` on its own would end idle connections at once, with requests to them perhaps on the wire.
  server.closeIdleConnections = () => {};
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const stream of site.streams) stream.abort();
  while (site.connections.size > 0 && clock.elapsed() < end) {
    for (const connection of site.connections.values()) closeIfQuiet(connection, clock.elapsed());
    await pause(site, Math.min(LOOK_MS, end - clock.elapsed()), closed);
  }
  for (const { socket } of site.connections.values()) socket.destroy();
  await closed;
}

/** Ends a connection that waits for a next request; what it has not read of its answers still reaches it. */
function closeIfQuiet({ socket, busy, answeredAt }: Connection, now: number): void {
  const quietMs = busy > 0 ? 0 : now - answeredAt;
  if (quietMs >= QUIET_MS && !socket.writableEnded) socket.end();
  if (quietMs >= QUIET_MS + FAREWELL_MS && socket.writableFinished) socket.destroy();
}

/** Until the time is up or the server is closed, whichever comes first. */
async function pause({ clock }: Site, ms: number, closed: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(Math.max(0, ms), resolve);
  await Promise.race([promise, closed]);
  cancel();
}
