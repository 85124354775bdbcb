import { promisify } from "node:util";
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib";
import { acceptableCoding } from "./accept.ts";
import type { Exchange } from "./exchange.ts";
import { send, varyBy } from "./reply.ts";

/** Below this, compressing costs more than it saves. */
const WORTH_COMPRESSING_BYTES = 1024;

type Compress = (body: string | Buffer) => Promise<Buffer>;

const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress) as (body: string | Buffer, options: object) => Promise<Buffer>;
const zstdAsync = promisify(zstdCompress) as (body: string | Buffer) => Promise<Buffer>;

/** Codings, the best first. Brotli at 4: as fast as gzip, smaller. */
const CODINGS: ReadonlyMap<string, Compress> = new Map<string, Compress>([
  ["br", (body) => brotliAsync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  ["zstd", (body) => zstdAsync(body)],
  ["gzip", (body) => gzipAsync(body)],
]);

const OFFERS = [...CODINGS.keys()];

/** The coding that a body of so many bytes is to be sent in; null where the client takes none, or it is not worth it. */
export function codingOf(exchange: Exchange, bytes: number): string | null {
  varyBy(exchange, "Accept-Encoding");
  const accepted = exchange.request.headers["accept-encoding"];
  if (accepted === undefined || bytes < WORTH_COMPRESSING_BYTES) return null;
  return acceptableCoding(String(accepted), OFFERS);
}

/** Answers with a body in a coding. */
export async function sendCoded(
  exchange: Exchange,
  status: number,
  type: string,
  headers: readonly string[],
  body: string | Buffer,
  coding: string,
): Promise<void> {
  const coded = await CODINGS.get(coding)!(body);
  send(exchange, status, type, [...headers, "Content-Encoding", coding], coded);
}

/**
 * Answers with a body that may be large: compressed where the client takes that and it is worth it. Not for answers
 * whose `ETag` is a version: a strong tag names one sequence of bytes, and must not stand for two (RFC 9110, section
 * 8.8.3.3).
 */
export async function sendCompressed(
  exchange: Exchange,
  status: number,
  type: string,
  headers: readonly string[],
  body: string | Buffer,
): Promise<void> {
  const coding = codingOf(exchange, Buffer.byteLength(body));
  if (coding === null) send(exchange, status, type, [...headers], body);
  else await sendCoded(exchange, status, type, headers, body, coding);
}
