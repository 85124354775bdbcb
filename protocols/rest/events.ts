import { once } from "node:events";
import { type Change, type Json, PlinthError, type WatchRequest } from "@plinth/ports";
import type { Exchange } from "./exchange.ts";
import { hide } from "./failure.ts";
import { positionHeader } from "./headers.ts";
import { isTellable, problem } from "./problem.ts";
import { complete } from "./reply.ts";

/** Media type of server-sent events (WHATWG HTML, section 9.2). */
export const EVENTS_TYPE = "text/event-stream";

/** How long to wait for a first change, or an error, before the stream is opened without one. */
const FIRST_MS = 100;
/** When a client should connect again after a stream has ended. */
const RETRY_MS = 2000;

/** What a client wants to see the changes of. */
export type Watched = Pick<WatchRequest, "caller" | "target" | "key" | "filters">;

/**
 * Answers with changes as they happen. One message each: `id` is the position; `data` is the row as
 * `{ "key", "row" }`, or the envelope `{ "id", "version", "state" }`. What is gone, or no longer matches, comes as the
 * event `gone` with the key or id alone. An error comes as the event `problem`, and ends the stream. A client that is
 * slow is not sent more than it reads; it then gets the newest state of what it missed.
 */
export async function streamChanges(exchange: Exchange, watched: Watched): Promise<void> {
  const { site, request, response } = exchange;
  const after = positionHeader(request.headers, "last-event-id", "Last-Event-ID");
  if (site.streams.size >= site.limits.streamsMax)
    throw new PlinthError("unavailable", "There are too many event streams already.", { retryAfterMs: 5000 });
  const ending = new AbortController();
  site.streams.add(ending);
  exchange.release();
  response.on("close", () => ending.abort());
  const target = { kind: watched.target.kind, name: watched.target.name };
  const { signal } = ending;
  try {
    const changes = site.operations.watch({ ...watched, target, after, signal })[Symbol.asyncIterator]();
    await deliver(exchange, changes, target.kind, signal);
  } finally {
    ending.abort();
    site.streams.delete(ending);
  }
}

async function deliver(
  exchange: Exchange,
  changes: AsyncIterator<Change>,
  kind: "entity" | "view",
  signal: AbortSignal,
): Promise<void> {
  const { response, site, request } = exchange;
  const first = changes.next();
  await settled(first, exchange);
  begin(exchange);
  if (request.method === "HEAD") return;
  const stop = heartbeat(exchange);
  try {
    for (let next = await first; !next.done && !signal.aborted; next = await changes.next()) {
      await write(exchange, message(kind, next.value), signal);
      await site.catchingUp.next();
    }
  } catch (thrown) {
    if (!signal.aborted) response.write(complaint(exchange, thrown));
  } finally {
    stop();
    // Also where the iteration was left early: what is watched must not be kept for nobody.
    void changes.return?.().catch((thrown: unknown) => hide(exchange, thrown, ""));
    response.end(site.draining ? `retry: ${RETRY_MS}\n\n` : "");
  }
}

/** Waits for the first change, but not long. Rejects where watching is refused, so that it is answered as an error. */
async function settled(first: Promise<unknown>, { site }: Exchange): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = site.clock.after(FIRST_MS, resolve);
  try {
    await Promise.race([first, promise]);
  } finally {
    cancel();
  }
}

function begin(exchange: Exchange): void {
  const headers = [
    "Content-Type",
    EVENTS_TYPE,
    "Cache-Control",
    "no-cache",
    "X-Content-Type-Options",
    "nosniff",
  ];
  // Proxies that gather answers before they pass them on are told not to.
  headers.push("X-Accel-Buffering", "no");
  complete(exchange, headers);
  exchange.response.writeHead(200, headers);
  if (exchange.request.method === "HEAD") exchange.response.end();
  else exchange.response.write(`retry: ${RETRY_MS}\n\n`);
}

/** One change in the wire format. */
function message(kind: "entity" | "view", { position, key, body }: Change): string {
  const name = JSON.stringify(key);
  // What a stream begins with has no place of its own in the log until its last message.
  const id = position > 0 ? `id: ${position}\n` : "";
  if (body === null)
    return `${id}event: gone\ndata: ${kind === "view" ? `{"key":${name}}` : `{"id":${name}}`}\n\n`;
  const data = kind === "view" ? `{"key":${name},"row":${body}}` : body;
  return `${id}data: ${oneLine(data)}\n\n`;
}

/** A line break in JSON text can only be white space between tokens; in an event it would end the line. */
function oneLine(json: Json): Json {
  return json.includes("\n") || json.includes("\r") ? json.replaceAll(/[\r\n]+/g, " ") : json;
}

function complaint(exchange: Exchange, thrown: unknown): string {
  const instance = `urn:uuid:${exchange.site.ids.next()}`;
  const error = isTellable(thrown) ? thrown : hide(exchange, thrown, instance);
  return `event: problem\ndata: ${JSON.stringify(problem(error, instance))}\n\n`;
}

/** Writes, and waits until the client has read: what happens meanwhile is gathered where the changes come from. */
async function write({ response }: Exchange, text: string, signal: AbortSignal): Promise<void> {
  if (response.write(text) || signal.aborted) return;
  await once(response, "drain", { signal }).catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown;
  });
}

/** Comments that keep proxies from closing a quiet stream. Returns how to stop. */
function heartbeat({ site, response }: Exchange): () => void {
  let cancel = site.clock.after(site.limits.heartbeatMs, beat);
  function beat(): void {
    if (!response.writableNeedDrain) response.write(":\n\n");
    cancel = site.clock.after(site.limits.heartbeatMs, beat);
  }
  return () => cancel();
}
