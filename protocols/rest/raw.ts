import { STATUS_CODES } from "node:http";
import type { PlinthError } from "@plinth/ports";
import type { Connection } from "./connection.ts";
import type { Site } from "./exchange.ts";
import { PROBLEM_TYPE, problem } from "./problem.ts";

/** How long what a client still sends is read, so that it sees the answer instead of a reset. */
const LINGER_MS = 2000;

/** Answers on the bare connection, where there is no request that could be answered, and closes it. */
export function answerRaw(site: Site, connection: Connection, error: PlinthError): void {
  const { socket } = connection;
  connection.broken = true;
  const details = problem(error, `urn:uuid:${site.ids.next()}`);
  const body = JSON.stringify(details);
  const lines = [
    `HTTP/1.1 ${details.status} ${STATUS_CODES[details.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Connection: close",
    ...(error.retryAfterMs === null ? [] : [`Retry-After: ${Math.ceil(error.retryAfterMs / 1000)}`]),
    ...(error.allow.length === 0 ? [] : [`Allow: ${error.allow.join(", ")}`]),
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
  const cancel = site.clock.after(LINGER_MS, () => socket.destroy());
  socket.on("close", cancel);
}
