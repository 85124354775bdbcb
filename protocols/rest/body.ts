import { PlinthError } from "@plinth/ports";
import type { Exchange } from "./exchange.ts";
import { SHED } from "./gate.ts";

const NOTHING: Buffer = Buffer.alloc(0);
/** What comes in one piece and is no larger is not counted among what is arriving: most bodies are. */
const SMALL_BYTES = 4096;

/**
 * Refuses a body by its headers, before any of it is read.
 * @throws PlinthError `payload_too_large`, or `unsupported_media_type` where it is compressed.
 */
export function checkBodyHeaders(exchange: Exchange): void {
  const { headers } = exchange.request;
  const coding = headers["content-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "identity")
    throw new PlinthError("unsupported_media_type", "Bodies are taken without Content-Encoding.");
  if (Number(headers["content-length"] ?? 0) > exchange.site.limits.bodyBytes) throw tooLarge(exchange);
}

/** Whether the request announces a body. */
export function hasBody(exchange: Exchange): boolean {
  const { headers } = exchange.request;
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/**
 * The whole body in one buffer.
 * Rejects with PlinthError `payload_too_large` as soon as it grows beyond the limit, with `unavailable` where too much
 * is arriving at once, and with `invalid_argument` where it ends early, is malformed, or takes too long.
 */
export function collectBody(exchange: Exchange): Promise<Buffer> {
  const { request, response, connection, site } = exchange;
  if (!hasBody(exchange)) return Promise.resolve(NOTHING);
  if (request.headers.expect !== undefined) response.writeContinue();
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null;
    let rest: Buffer[] | null = null;
    let length = 0;
    let arriving = 0;
    const settle = (): void => {
      connection.interrupt = null;
      site.arrivingBytes -= arriving;
      arriving = 0;
    };
    const refuse = (error: PlinthError): void => {
      settle();
      request.readBody(null);
      reject(error);
    };
    connection.interrupt = refuse;
    request.readBody({
      chunk(chunk) {
        length += chunk.length;
        if (length > SMALL_BYTES || first !== null) {
          arriving += chunk.length;
          site.arrivingBytes += chunk.length;
        }
        if (length > site.limits.bodyBytes) refuse(tooLarge(exchange));
        else if (site.arrivingBytes > site.limits.arrivingBytes) refuse(SHED);
        else if (first === null) first = chunk;
        else if (rest === null) rest = [first, chunk];
        else rest.push(chunk);
      },
      end() {
        settle();
        resolve(rest === null ? (first ?? NOTHING) : Buffer.concat(rest, length));
      },
    });
  });
}

function tooLarge(exchange: Exchange): PlinthError {
  return new PlinthError(
    "payload_too_large",
    `The body is larger than ${exchange.site.limits.bodyBytes} bytes.`,
  );
}
