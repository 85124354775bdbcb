import { type AnyCommand, type Entity, kebab } from "@plinth/model";
import { type CommandReply, PlinthError } from "@plinth/ports";
import { acceptable } from "./accept.ts";
import { admit } from "./admission.ts";
import { checkBodyHeaders, collectBody, hasBody } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { idempotencyKey, precondition } from "./headers.ts";
import { parseJson } from "./json.ts";
import { filename, mediaType } from "./media.ts";
import { isForeign } from "./origin.ts";
import { invalid, isTellable } from "./problem.ts";
import { refuseParameters } from "./query.ts";
import { JSON_TYPE, send } from "./reply.ts";
import type { Handler } from "./routes.ts";
import { segment } from "./target.ts";

const OFFERS = [JSON_TYPE];
/** The shortest wait that a command can be bound by. */
const LEAST_SECONDS = 1;

/** Runs a command. Its headers are checked before its body is read, its body before anything is decided. */
export function commandHandler(entity: Entity, command: AnyCommand): Handler {
  const location = `/${kebab(entity.plural)}/`;
  const readers = readersOf(command);
  return async (exchange) => {
    const { id, idempotencyKey, expectedVersion, read } = announced(exchange, command, readers);
    const body = await collectBody(exchange);
    const admitted = admit(exchange);
    const actor = admitted instanceof Promise ? await admitted : admitted;
    const parsed = read(body, exchange);
    const reply = await exchange.site.operations.run({
      caller: exchange.caller(actor, LEAST_SECONDS),
      entity: entity.name,
      command: command.name,
      id,
      input: parsed instanceof Promise ? await parsed : parsed,
      idempotencyKey,
      expectedVersion,
    });
    exchange.wrote(reply.position);
    sendReply(exchange, reply, location);
  };
}

/**
 * What the path and the headers say of a command; a function of its own, so that what it needs on the way is not kept
 * until the answer.
 */
function announced(exchange: Exchange, command: AnyCommand, readers: ReadonlyMap<string, Reader>) {
  const { headers } = exchange.request;
  refuseParameters(exchange.query);
  if (acceptable(headers.accept, OFFERS) === null) throw notAcceptable(OFFERS);
  if (isForeign(exchange))
    throw new PlinthError("permission_denied", "Pages of other sites may not send this.");
  const id = command.on === "new" ? null : segment(exchange.raw[0]!);
  const key = idempotencyKey(headers);
  const expectedVersion = precondition(headers, command.on);
  const read = reader(exchange, readers);
  checkBodyHeaders(exchange);
  return { id, idempotencyKey: key, expectedVersion, read };
}

function sendReply(exchange: Exchange, reply: CommandReply, location: string): void {
  const { id, version, position, state } = reply;
  const headers = ["ETag", `"${version}"`, "Plinth-Position", String(position)];
  if (reply.created) headers.push("Location", location + encodeURIComponent(id));
  const start = `{"id":${JSON.stringify(id)},"version":${version},"position":${position}`;
  const body = state === null ? `${start}}` : `${start},"state":${state}}`;
  send(exchange, reply.created ? 201 : 200, JSON_TYPE, headers, body);
}

/** What none of the offers of media types satisfies. */
export function notAcceptable(offers: readonly string[]): PlinthError {
  return new PlinthError("not_acceptable", `This is available as ${offers.join(", ")}.`);
}

/** Makes an input of a body; the runtime checks it. */
type Reader = (body: Buffer, exchange: Exchange) => unknown;

const readJson: Reader = (body, exchange) => parseJson(body, exchange.site.limits.depthMax);

function readersOf(command: AnyCommand): ReadonlyMap<string, Reader> {
  const readers = new Map<string, Reader>([[JSON_TYPE, readJson]]);
  for (const [name, parse] of Object.entries(command.accepts ?? {}))
    readers.set(name.toLowerCase(), (body, exchange) =>
      readUpload(exchange, name.toLowerCase(), parse, body),
    );
  return readers;
}

/** The reader for the body that the headers announce. */
function reader(exchange: Exchange, readers: ReadonlyMap<string, Reader>): Reader {
  const header = exchange.request.headers["content-type"];
  if (header === undefined && !hasBody(exchange)) return readJson;
  const type = mediaType(header ?? "");
  const read = type && readers.get(type.name);
  if (!read) throw unsupported(`The body must be ${[...readers.keys()].join(" or ")}.`);
  if (read === readJson && type.charset !== null && !/^utf-?8$/.test(type.charset))
    throw unsupported("JSON must be encoded in UTF-8.");
  return read;
}

function unsupported(message: string): PlinthError {
  return new PlinthError("unsupported_media_type", message);
}

type Parse = NonNullable<AnyCommand["accepts"]>[string];

async function readUpload(exchange: Exchange, name: string, parse: Parse, body: Buffer): Promise<unknown> {
  try {
    return await parse(body, {
      filename: filename(exchange.request.headers["content-disposition"]),
      mediaType: name,
    });
  } catch (thrown) {
    throw parseFault(exchange, name, thrown);
  }
}

/**
 * What a parser throws is the client's fault, unless it is the parser's: a document that cannot be read is bad input,
 * while a TypeError or ReferenceError is a fault of the program. A decoder's TypeError means bytes that are no text.
 */
function parseFault(exchange: Exchange, name: string, thrown: unknown): unknown {
  if (isTellable(thrown)) return thrown;
  const decoding = (thrown as { code?: unknown } | null)?.code === "ERR_ENCODING_INVALID_ENCODED_DATA";
  const fault = thrown instanceof TypeError || thrown instanceof ReferenceError;
  if (fault && !decoding) return thrown;
  exchange.site.logger.warn("A body could not be read", {
    path: exchange.path,
    mediaType: name,
    error: errorName(thrown),
  });
  return invalid("", `The body cannot be read as ${name}.`);
}

/** What a parser threw, without what it said: that may quote the document. */
function errorName(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}
