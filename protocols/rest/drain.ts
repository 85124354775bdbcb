import type { Server } from "node:http";
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
/** How long no connection must have come before the port is closed, and how long that is waited for. */
const BACKLOG_QUIET_MS = 25;
const BACKLOG_MAX_MS = 250;

/**
 * Takes nothing new, answers what is in flight, ends event streams, closes connections as they fall idle. Resolves
 * when the last one is closed, or at the deadline after cutting what is left.
 */
export async function drain(server: Server, site: Site, deadlineMs: number): Promise<void> {
  const { clock } = site;
  const end = clock.elapsed() + deadlineMs;
  site.draining = true;
  for (const stream of site.streams) stream.abort();
  await emptyBacklog(site, end);
  // `close` on its own would end idle connections at once, with requests to them perhaps on the wire.
  server.closeIdleConnections = () => {};
  let isClosed = false;
  const closed = new Promise<void>((resolve) => server.close(() => resolve())).then(() => {
    isClosed = true;
  });
  while (!isClosed && clock.elapsed() < end) {
    for (const connection of site.connections.values()) closeIfQuiet(connection, clock.elapsed());
    await pause(site, Math.min(LOOK_MS, end - clock.elapsed()), closed);
  }
  for (const { socket } of site.connections.values()) socket.destroy();
  await closed;
}

/**
 * Accepts what the kernel has connected already: it would be reset with the listening socket. Node accepts one connection
 * a turn of its loop, so that under load there are always some.
 */
async function emptyBacklog(site: Site, end: number): Promise<void> {
  for (let waited = 0; waited < BACKLOG_MAX_MS; waited += BACKLOG_QUIET_MS) {
    if (site.clock.elapsed() >= end) return;
    const before = site.accepted;
    await pause(site, BACKLOG_QUIET_MS);
    if (site.accepted === before) return;
  }
}

/** Ends a connection that waits for a next request; what it has not read of its answers still reaches it. */
function closeIfQuiet({ socket, busy, answeredAt }: Connection, now: number): void {
  const quietMs = busy > 0 ? 0 : now - answeredAt;
  if (quietMs >= QUIET_MS && !socket.writableEnded) socket.end();
  if (quietMs >= QUIET_MS + FAREWELL_MS && socket.writableFinished) socket.destroy();
}

/** Resolves when the time is up, or earlier when `end` does. */
async function pause({ clock }: Site, ms: number, end?: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(Math.max(0, ms), resolve);
  await (end ? Promise.race([promise, end]) : promise);
  cancel();
}
