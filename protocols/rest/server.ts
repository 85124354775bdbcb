import { createServer, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Listener, ProtocolContext } from "@plinth/ports";
import { PlinthError } from "@plinth/ports";
import { Connection } from "./connection.ts";
import { drain } from "./drain.ts";
import { Exchange, type Site } from "./exchange.ts";
import { invalid } from "./problem.ts";
import { answerRaw } from "./raw.ts";
import { Request } from "./request.ts";
import { type Paths, serve } from "./serve.ts";
import { Shed } from "./shed.ts";
import { watchStillness } from "./stillness.ts";
import { Traffic } from "./traffic.ts";
import { Turns } from "./turns.ts";

/** How long connections beyond the limit may still take to read their 503, and how many at once. */
const CROWD_MAX = 1000;
/** How often the timeouts of requests are looked at. */
const CHECK_MS = 1000;
/** How often it is measured how late the loop is: what is above it counts. */
const LAG_LOOK_MS = 20;
/** How long requests, all together, may be worked on in a turn of the loop, and where connections wait to be accepted. */
const REQUESTS_MS = 5;
const REQUESTS_ACCEPTING_MS = 1;
/** And how long event streams that have much to catch up with may be. */
const CATCHING_UP_MS = 3;

/**
 * Listens on the context's address.
 * Rejects with what is wrong, in words, where it cannot.
 */
export async function listen(
  context: ProtocolContext,
  settings: Pick<Site, "limits" | "cors">,
  paths: Paths,
): Promise<Listener> {
  const elapsed = () => context.clock.elapsed();
  const site: Site = {
    ...context,
    ...settings,
    traffic: new Traffic(settings.limits.lateMs),
    keepAlive: `timeout=${Math.floor(settings.limits.idleMs / 1000)}`,
    connections: new Map(),
    draining: false,
    refusing: false,
    accepted: 0,
    inFlight: 0,
    arrivingBytes: 0,
    streams: new Set(),
    lagMs: 0,
    shed: new Shed(context.clock),
    requests: new Turns(
      elapsed,
      requestsMs(() => site.accepted),
    ),
    catchingUp: new Turns(elapsed, () => CATCHING_UP_MS),
  };
  const server = httpServer(site, paths);
  await bound(server, context);
  server.on("close", watchLag(site));
  return {
    url: urlOf(server, context.host),
    drain: (deadlineMs, graceMs = 0) => drain(server, site, deadlineMs, graceMs),
  };
}

/** How long requests may be worked on in the turn that begins. Where one was accepted in the last, more may wait for it. */
function requestsMs(accepted: () => number): () => number {
  let before = 0;
  return () => {
    const isAccepting = accepted() > before;
    before = accepted();
    return isAccepting ? REQUESTS_ACCEPTING_MS : REQUESTS_MS;
  };
}

/** Measures how late the loop is. Returns how to stop. */
function watchLag(site: Site): () => void {
  const { clock } = site;
  let began = clock.elapsed();
  const look = (): void => {
    const now = clock.elapsed();
    site.lagMs = Math.max(0, now - began - LAG_LOOK_MS);
    began = now;
    cancel = clock.after(LAG_LOOK_MS, look);
  };
  let cancel = clock.after(LAG_LOOK_MS, look);
  return () => cancel();
}

function httpServer(site: Site, paths: Paths): Server {
  const { limits } = site;
  const server = createServer({
    IncomingMessage: Request,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: Math.max(limits.requestMs, limits.headersMs),
    // Watched over in stillness.ts.
    keepAliveTimeout: 0,
    connectionsCheckingInterval: CHECK_MS,
    // Checked in `serve`, so that the answer is a problem like any other.
    requireHostHeader: false,
  });
  // By default Node drops headers beyond a count in silence; `serve` refuses them instead.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connectionsMax + CROWD_MAX;
  // A client that has closed its side after its request still gets the answer. Not in Node's types.
  (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
  const receive = (request: Request, response: ServerResponse): void => {
    const connection = site.connections.get(request.socket)!;
    serve(new Exchange(site, request, response, connection), paths);
  };
  server.on("connection", (socket: Socket) => greet(site, socket));
  server.on("close", watchStillness(site));
  server.on("request", receive);
  // The interim answer is given when the body is read, after everything else has been checked.
  server.on("checkContinue", receive);
  server.on("checkExpectation", (_request, response: ServerResponse) => {
    const error = invalid("Expect", "Expect can only be 100-continue.");
    answerRaw(site, site.connections.get(response.socket!)!, error);
  });
  server.on("connect", (request: Request, socket) => {
    const error = new PlinthError("method_not_allowed", "This is no proxy.", {
      allow: ["GET", "HEAD", "POST"],
    });
    answerRaw(site, site.connections.get(request.socket)!, error);
    socket.resume();
  });
  server.on("clientError", (fault: NodeJS.ErrnoException, socket) => {
    const connection = site.connections.get(socket as Socket);
    if (connection && socket.writable) misunderstood(site, connection, fault);
    else socket.destroy();
  });
  return server;
}

/** Notes a new connection, or turns it away where there are too many. */
function greet(site: Site, socket: Socket): void {
  const connection = new Connection(socket, site.clock.elapsed());
  site.accepted++;
  site.connections.set(socket, connection);
  socket.on("close", () => {
    site.connections.delete(socket);
    connection.interrupt?.(told({ code: "HPE_INVALID_EOF_STATE" }));
  });
  if (site.connections.size <= site.limits.connectionsMax) return;
  const error = new PlinthError("unavailable", "There are too many connections.", { retryAfterMs: 1000 });
  answerRaw(site, connection, error);
}

/**
 * Answers what is no HTTP, is too long, or has stopped arriving. Where the body of a request is concerned, that
 * request is answered; where another request of the connection is still at work, its answer becomes the last.
 */
function misunderstood(site: Site, connection: Connection, fault: NodeJS.ErrnoException): void {
  if (connection.broken) return;
  connection.broken = true;
  if (connection.interrupt) connection.interrupt(told(fault));
  else if (connection.busy > 0) return;
  else if (fault.code === "ERR_HTTP_REQUEST_TIMEOUT" && connection.socket.bytesRead === 0)
    connection.socket.end();
  else answerRaw(site, connection, told(fault));
}

/** Node's words for what is wrong with the bytes of a request, in ours. Codes as of Node's llhttp. */
function told(fault: { readonly code?: string | undefined }): PlinthError {
  switch (fault.code) {
    case "HPE_HEADER_OVERFLOW":
      return new PlinthError("payload_too_large", "The request line and headers are too long.");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new PlinthError("payload_too_large", "The chunk extensions are too long.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return invalid("", "The request did not arrive in time.");
    case "HPE_INVALID_EOF_STATE":
      return invalid("", "The request broke off before its end.");
    default:
      return invalid("", "The request is not valid HTTP/1.1.");
  }
}

function bound(server: Server, { host, port }: ProtocolContext): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(Object.assign(new Error(refusal(error), { cause: error }), { code: error.code })),
    );
    server.listen({ host, port, backlog: 4096 }, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function refusal(error: NodeJS.ErrnoException): string {
  if (error.code === "EADDRINUSE") return "the port is taken by another program";
  if (error.code === "EACCES") return "this user may not listen on the port";
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return "the host is no address of this machine";
  return error.message;
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
