import type { IncomingHttpHeaders } from "node:http";

/**
 * How long a browser remembers what it has written. Views follow within seconds; a longer memory would make a page
 * wait for a position that a store restored from a backup has not reached again.
 */
const REMEMBERED_S = 60;

const POSITION = /(?:^|;\s*)plinth-position=(\d{1,15})(?:;|$)/;

/** The position of a browser's last write, 0 where its cookie is missing or not ours. */
export function cookiePosition(cookie: string | undefined): number {
  if (cookie === undefined) return 0;
  return Number(POSITION.exec(cookie)?.[1] ?? 0);
}

/** The cookie that carries a browser's last position to its next reads, over whichever connection they come. */
export function positionCookie(position: number): string {
  return `plinth-position=${position}; Path=/; Max-Age=${REMEMBERED_S}; HttpOnly; SameSite=Lax`;
}

/** Whether a browser asks: the one client that spreads a session over many connections and keeps cookies. */
export function isBrowser(headers: IncomingHttpHeaders): boolean {
  return headers["sec-fetch-site"] !== undefined || headers.cookie !== undefined;
}
