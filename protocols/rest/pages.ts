import { createHash } from "node:crypto";
import type { Caller, CommandRequest, Operations } from "@plinth/ports";
import { PlinthError } from "@plinth/ports";
import { admit } from "./admission.ts";
import { checkBodyHeaders, collectBody, hasBody } from "./body.ts";
import { sendCompressed } from "./compression.ts";
import type { Exchange } from "./exchange.ts";
import { errorHeaders, hide } from "./failure.ts";
import { type Html, html } from "./html.ts";
import { mediaType } from "./media.ts";
import { isForeign } from "./origin.ts";
import { invalid, isTellable, type Problem, problem } from "./problem.ts";
import { parameters } from "./query.ts";
import { sendEmpty } from "./reply.ts";
import type { Handler, Route } from "./routes.ts";
import { segment } from "./target.ts";

/** What a page is made from. */
export interface PageRequest {
  readonly method: "GET" | "POST";
  /** Path as it was sent. */
  readonly path: string;
  /** Values of the path's parameters by name: `/jobs/{id}` gives `id`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Parameters of the query by name; one that comes twice is refused before. */
  readonly query: ReadonlyMap<string, string>;
  /** What a form sent, files included; null for a GET. */
  readonly form: FormData | null;
  readonly caller: Caller;
  /** The position that reads must have reached, so that people see what they have just done. */
  readonly atLeast: number;
  /** The service. What is run here is remembered for the next pages of the same browser. */
  readonly operations: Operations;
}

/** A document, or where to go instead (303, as after a form). */
export type PageReply = { readonly html: Html; readonly status?: number } | { readonly redirect: string };

/** Answers one request of a browser. What it throws of PlinthError or RefusedError becomes a page that says so. */
export type Page = (request: PageRequest) => Promise<PageReply> | PageReply;

/** A page with a form: shown by GET, sent by POST. */
export interface Form {
  readonly get?: Page;
  readonly post: Page;
}

/** A file that pages refer to, such as a stylesheet. */
export interface Asset {
  readonly type: string;
  readonly body: string | Buffer;
}

/** How an app says in its own words and looks that something went wrong. */
export type ProblemPage = (problem: Problem) => Html;

/** No inline script or style, nothing from elsewhere, nobody may frame it (Content Security Policy level 3). */
const POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "script-src 'self'",
  "style-src 'self'",
].join("; ");

const HTML_TYPE = "text/html; charset=utf-8";
const HTML_HEADERS = ["Content-Security-Policy", POLICY, "Referrer-Policy", "same-origin"];

/** The route of a page, a form or a file. */
export function pageRoute(
  pattern: string,
  page: Page | Form | Asset,
  say: ProblemPage = plainProblem,
): Route {
  if (typeof page === "function") return { pattern, methods: { GET: pageHandler(pattern, page, say) } };
  if ("body" in page) return { pattern, methods: { GET: assetHandler(page) } };
  const post = pageHandler(pattern, page.post, say);
  return {
    pattern,
    methods: page.get ? { GET: pageHandler(pattern, page.get, say), POST: post } : { POST: post },
  };
}

function pageHandler(pattern: string, page: Page, say: ProblemPage): Handler {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return async (exchange) => {
    try {
      await sendPage(exchange, await page(await pageRequest(exchange, names)));
    } catch (thrown) {
      await sendProblem(exchange, thrown, say);
    }
  };
}

async function pageRequest(exchange: Exchange, names: readonly string[]): Promise<PageRequest> {
  const { request, path, raw, site } = exchange;
  const isPost = request.method === "POST";
  const query = parameters(exchange.query);
  const atLeast = exchange.atLeast();
  if (isPost && isForeign(exchange))
    throw new PlinthError("permission_denied", "Forms of other sites are not taken.");
  const form = isPost ? await readForm(exchange) : null;
  const caller = exchange.caller(await admit(exchange));
  return {
    method: isPost ? "POST" : "GET",
    path,
    parameters: Object.fromEntries(names.map((name, at) => [name, segment(raw[at]!)])),
    query,
    form,
    caller,
    atLeast,
    operations: remembering(exchange, site.operations),
  };
}

/** The same operations, except that what a command wrote is noted for the browser's next reads. */
function remembering(exchange: Exchange, operations: Operations): Operations {
  const run = async (request: CommandRequest) => {
    const reply = await operations.run(request);
    exchange.wrote(reply.position);
    return reply;
  };
  return {
    service: operations.service,
    run,
    get: (request) => operations.get(request),
    list: (request) => operations.list(request),
    row: (request) => operations.row(request),
    rows: (request) => operations.rows(request),
    watch: (request) => operations.watch(request),
    readiness: () => operations.readiness(),
    metrics: () => operations.metrics(),
  };
}

const FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data"];

async function readForm(exchange: Exchange): Promise<FormData> {
  const header = exchange.request.headers["content-type"];
  if (header === undefined && !hasBody(exchange)) return new FormData();
  if (!FORM_TYPES.includes(mediaType(header ?? "")?.name ?? ""))
    throw new PlinthError("unsupported_media_type", `A form must be ${FORM_TYPES.join(" or ")}.`);
  checkBodyHeaders(exchange);
  const body = await collectBody(exchange);
  try {
    return await new Response(new Uint8Array(body), { headers: { "content-type": header! } }).formData();
  } catch {
    throw invalid("", "The form cannot be read.");
  }
}

function sendPage(exchange: Exchange, reply: PageReply): Promise<void> | void {
  if ("redirect" in reply) return sendEmpty(exchange, 303, ["Location", encodeURI(reply.redirect)]);
  return sendHtml(exchange, reply.status ?? 200, ["Cache-Control", "private, no-cache"], reply.html);
}

function sendProblem(exchange: Exchange, thrown: unknown, say: ProblemPage): Promise<void> {
  const instance = `urn:uuid:${exchange.site.ids.next()}`;
  const error = isTellable(thrown) ? thrown : hide(exchange, thrown, instance);
  const details = problem(error, instance);
  return sendHtml(exchange, details.status, errorHeaders(exchange, error), say(details));
}

function sendHtml(exchange: Exchange, status: number, headers: readonly string[], page: Html): Promise<void> {
  return sendCompressed(exchange, status, HTML_TYPE, [...HTML_HEADERS, ...headers], page.text);
}

function plainProblem({ title, detail, status, instance }: Problem): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1><p>${detail}</p>${status === 500 && html`<p><code>${instance}</code></p>`}</main></body></html>
`;
}

/** Answers with a file, or 304 where the client has it: its tag is a digest of its bytes. */
export function assetHandler({ type, body }: Asset): Handler {
  const tag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const headers = ["ETag", tag, "Cache-Control", "no-cache"];
  return async (exchange) => {
    if (exchange.request.headers["if-none-match"] === tag) sendEmpty(exchange, 304, [...headers]);
    else await sendCompressed(exchange, 200, type, headers, body);
  };
}
