import type { Exchange } from "./exchange.ts";

export const JSON_TYPE = "application/json";

/** Requests whose unread rest is smaller are read to their end, so that their connection can be used again. */
const WORTH_READING_BYTES = 64 * 1024;
/** How long, and how much, of a request that was refused early is still read, so that its sender sees the answer. */
const LINGER_MS = 2000;
const LINGER_BYTES = 16 * 1024 * 1024;

/** What goes with every body of so many bytes, as name, value, name, value. */
export function contentHeaders(type: string, bytes: number): string[] {
  return ["Content-Type", type, "Content-Length", String(bytes), "X-Content-Type-Options", "nosniff"];
}

/**
 * Answers with a body that is ready, written in one go. `headers` are name, value, name, value, and are taken over:
 * what every answer carries is added to them.
 */
export function send(
  exchange: Exchange,
  status: number,
  type: string,
  headers: string[],
  body: string | Buffer,
): void {
  const bytes = Buffer.byteLength(body);
  headers.push(...contentHeaders(type, bytes));
  write(exchange, status, headers, body, bytes);
}

/** As `send`, where the headers have what goes with the body already. */
export function write(
  exchange: Exchange,
  status: number,
  headers: string[],
  body: string | Buffer,
  bytes: number,
): void {
  const lingers = complete(exchange, headers);
  exchange.response.writeHead(status, headers);
  // Text that is all ASCII is the same in Latin-1, which is written to the socket without being encoded.
  const encoding = bytes === body.length ? "latin1" : "utf8";
  if (lingers) linger(exchange, body, encoding);
  else exchange.response.end(body, encoding);
}

/** Answers without a body: 204, 304 or a redirect. */
export function sendEmpty(exchange: Exchange, status: number, headers: string[]): void {
  if (status !== 204 && status !== 304) headers.push("Content-Length", "0");
  const lingers = complete(exchange, headers);
  exchange.response.writeHead(status, headers);
  if (lingers) linger(exchange, "", "latin1");
  else exchange.response.end();
}

/**
 * Adds what every answer carries. True where the rest of the request is too much to wait for. While draining, the answer
 * to the latest request of a connection closes it: those before it are answered yet.
 */
export function complete(exchange: Exchange, headers: string[]): boolean {
  const { connection, site } = exchange;
  if (exchange.vary !== "") headers.push("Vary", exchange.vary);
  if (exchange.carried.length > 0) headers.push(...exchange.carried);
  const lingers = restBytes(exchange) > WORTH_READING_BYTES;
  if (lingers) connection.broken = true;
  if (connection.broken || (site.draining && exchange.number === connection.begun)) {
    connection.closing = true;
    headers.push("Connection", "close");
  } else headers.push("Keep-Alive", site.keepAlive);
  return lingers;
}

function restBytes({ request }: Exchange): number {
  if (request.complete) return 0;
  const { headers } = request;
  if (headers.expect !== undefined || headers["transfer-encoding"] !== undefined) return Infinity;
  return Number(headers["content-length"] ?? 0);
}

/**
 * Answers a request whose body is still being sent, and closes our side of the connection. Were all of it closed at
 * once, the kernel would answer what still arrives with a reset, and the client might never see the answer; so the rest
 * is read for a while first.
 */
function linger(
  { request, response, site }: Exchange,
  body: string | Buffer,
  encoding: BufferEncoding,
): void {
  response.write(body, encoding);
  response.socket?.end();
  let bytes = 0;
  const end = (): void => {
    cancel();
    response.end();
  };
  const cancel = site.clock.after(LINGER_MS, end);
  request.removeAllListeners("data");
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) end();
  });
  request.on("end", end);
  request.on("close", cancel);
  request.resume();
}

/** Notes a field of the request that the choice of answer depends on. */
export function varyBy(exchange: Exchange, field: string): void {
  if (exchange.vary === "") exchange.vary = field;
  else if (!exchange.vary.split(", ").includes(field)) exchange.vary += `, ${field}`;
}
