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
  varyBy(exchange, "Accept-Encoding");
  const coding = acceptableCoding(String(exchange.request.headers["accept-encoding"] ?? ""), [
    ...CODINGS.keys(),
  ]);
  if (coding === null || Buffer.byteLength(body) < WORTH_COMPRESSING_BYTES) {
    send(exchange, status, type, [...headers], body);
    return;
  }
  const compressed = await CODINGS.get(coding)!(body);
  send(exchange, status, type, [...headers, "Content-Encoding", coding], compressed);
}
