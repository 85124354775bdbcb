import { PlinthError } from "@plinth/ports";
import type { Exchange } from "./exchange.ts";

const NOTHING: Buffer = Buffer.alloc(0);

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
 * Rejects with PlinthError `payload_too_large` as soon as it grows beyond the limit, and with `invalid_argument` where
 * it ends early, is malformed, or takes too long.
 */
export function collectBody(exchange: Exchange): Promise<Buffer> {
  const { request, response, connection } = exchange;
  if (!hasBody(exchange)) return Promise.resolve(NOTHING);
  if (request.headers.expect !== undefined) response.writeContinue();
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null;
    let rest: Buffer[] | null = null;
    let length = 0;
    const refuse = (error: PlinthError): void => {
      connection.interrupt = null;
      request.readBody(null);
      reject(error);
    };
    connection.interrupt = refuse;
    request.readBody({
      chunk(chunk) {
        length += chunk.length;
        if (length > exchange.site.limits.bodyBytes) refuse(tooLarge(exchange));
        else if (first === null) first = chunk;
        else if (rest === null) rest = [first, chunk];
        else rest.push(chunk);
      },
      end() {
        connection.interrupt = null;
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
