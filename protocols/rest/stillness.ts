import type { Connection } from "./connection.ts";
import type { Site } from "./exchange.ts";

/** How often connections are looked at. */
const LOOK_MS = 1000;
/** How long a client may take to close its side after ours. */
export const FAREWELL_MS = 1000;

/**
 * Closes connections that stand still: those that wait for a next request too long, and those whose client does not
 * read its answers. One look at all of them, instead of Node's timers, which every request sets twice. Returns how to
 * stop.
 */
export function watchStillness(site: Site): () => void {
  const { clock, connections, limits } = site;
  const look = (): void => {
    for (const connection of connections.values()) {
      closeIfQuiet(connection, clock.elapsed(), limits.idleMs);
      timeIfUnread(connection, limits.stallMs);
    }
    cancel = clock.after(LOOK_MS, look);
  };
  let cancel = clock.after(LOOK_MS, look);
  return () => cancel();
}

/** Ends a connection that has waited so long for a next request; what it has not read of its answers still reaches it. */
export function closeIfQuiet(connection: Connection, now: number, waitMs: number): void {
  const { socket, busy } = connection;
  if (socket.bytesRead !== connection.bytesSeen) {
    connection.bytesSeen = socket.bytesRead;
    connection.answeredAt = now;
  }
  const quietMs = busy > 0 ? 0 : now - connection.answeredAt;
  if (quietMs >= waitMs && !socket.writableEnded) socket.end();
  if (quietMs >= waitMs + FAREWELL_MS && socket.writableFinished) socket.destroy();
}

/** Has Node watch over what is not read at once: it knows how much of a long answer has gone. */
function timeIfUnread(connection: Connection, stallMs: number): void {
  const isUnread = connection.socket.writableLength > 0;
  if (isUnread === connection.timed) return;
  connection.timed = isUnread;
  connection.socket.setTimeout(isUnread ? stallMs : 0);
}
