import { hash } from "node:crypto";
import { type Entity, kebab, type View } from "@plinth/model";
import type { ListReply, ListSelection } from "@plinth/ports";
import { acceptable } from "./accept.ts";
import { admit } from "./admission.ts";
import { notAcceptable } from "./command.ts";
import { sendCompressed } from "./compression.ts";
import { EVENTS_TYPE, streamChanges } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { filterFields } from "./fields.ts";
import { noneMatch, requireMatch } from "./headers.ts";
import { filters, type ListFields, refuseParameters, selection } from "./query.ts";
import { JSON_TYPE, send, sendEmpty, varyBy } from "./reply.ts";
import type { Handler } from "./routes.ts";
import { segment } from "./target.ts";

const OFFERS = [JSON_TYPE, EVENTS_TYPE];
/** Answers are the asker's own, and may be kept only to be asked for again by their tag. */
const CACHING = ["Cache-Control", "private, no-cache"];

/** `GET /{plural}/{id}`: the state of an entity, or its changes. */
export function stateHandler(entity: Entity): Handler {
  return async (exchange) => {
    const id = segment(exchange.raw[0]!);
    refuseParameters(exchange.query);
    const type = offer(exchange);
    const atLeast = exchange.atLeast();
    const admitted = admit(exchange);
    const caller = exchange.caller(admitted instanceof Promise ? await admitted : admitted);
    if (type === EVENTS_TYPE)
      return streamChanges(exchange, { caller, target: entity, key: id, filters: [] });
    const found = exchange.site.operations.get({ caller, entity: entity.name, id, atLeast });
    const { version, state } = found instanceof Promise ? await found : found;
    sendTagged(exchange, version, [], `{"id":${JSON.stringify(id)},"version":${version},"state":${state}}`);
  };
}

/** `GET /{view}/{key}`: a row, or its changes. */
export function rowHandler(view: View): Handler {
  return async (exchange) => {
    const key = segment(exchange.raw[0]!);
    refuseParameters(exchange.query);
    const type = offer(exchange);
    const atLeast = exchange.atLeast();
    const admitted = admit(exchange);
    const caller = exchange.caller(admitted instanceof Promise ? await admitted : admitted);
    if (type === EVENTS_TYPE) return streamChanges(exchange, { caller, target: view, key, filters: [] });
    const found = exchange.site.operations.row({ caller, view: view.name, key, atLeast });
    const { row, position } = found instanceof Promise ? await found : found;
    sendTagged(exchange, position, ["Plinth-Position", String(position)], row);
  };
}

/** `GET /{plural}`: stored states, or their changes. */
export function statesHandler(entity: Entity): Handler {
  const fields = listFields(entity.state, entity);
  return listHandler(entity, kebab(entity.plural), fields, (exchange, request) =>
    exchange.site.operations.list({ ...request, entity: entity.name }),
  );
}

/** `GET /{view}`: rows, or their changes. */
export function rowsHandler(view: View): Handler {
  const fields = listFields(view.row, view);
  return listHandler(view, kebab(view.name), fields, (exchange, request) =>
    exchange.site.operations.rows({ ...request, view: view.name }),
  );
}

/** Characters of a page's entity tag: 96 bits. */
const PAGE_TAG = 16;

type ListRequest = ListSelection & Parameters<Exchange["site"]["operations"]["get"]>[0];
type List = (
  exchange: Exchange,
  request: Omit<ListRequest, "entity" | "id">,
) => ListReply | Promise<ListReply>;

function listHandler(target: Entity | View, path: string, fields: ListFields, list: List): Handler {
  const pages = new Pages();
  const queries = new Queries(path, fields);
  return async (exchange) => {
    const type = offer(exchange);
    const isWatched = type === EVENTS_TYPE;
    const watched = isWatched ? filters(exchange.query, fields) : [];
    const asked = isWatched ? null : queries.read(exchange.query);
    const atLeast = exchange.atLeast();
    const admitted = admit(exchange);
    const caller = exchange.caller(admitted instanceof Promise ? await admitted : admitted);
    if (!asked) return streamChanges(exchange, { caller, target, key: null, filters: watched });
    const found = list(exchange, { caller, atLeast, ...asked.selected });
    const reply = found instanceof Promise ? await found : found;
    return sendPage(exchange, asked.following, reply, pages.page(reply));
  };
}

/** What a query asks for. */
interface Asked {
  readonly selected: ListSelection;
  /** Path and query of the next page, but for its cursor (RFC 8288 for the link that it goes into). */
  readonly following: string;
}

/** Queries that were read: most clients ask the same ones again and again. So many are known, then they are forgotten. */
const QUERIES_MAX = 256;

class Queries {
  readonly #path: string;
  readonly #fields: ListFields;
  readonly #known = new Map<string, Asked>();

  constructor(path: string, fields: ListFields) {
    this.#path = path;
    this.#fields = fields;
  }

  /** @throws PlinthError `invalid_argument` for what is no query of this list. */
  read(query: string): Asked {
    const known = this.#known.get(query);
    if (known) return known;
    const rest = query.split("&").filter((pair) => pair !== "" && !pair.startsWith("cursor="));
    const selected = selection(query, this.#fields);
    const asked = { selected, following: `/${this.#path}?${[...rest, "cursor="].join("&")}` };
    if (this.#known.size >= QUERIES_MAX) this.#known.clear();
    this.#known.set(query, asked);
    return asked;
  }
}

/** A page as it is sent. */
interface Page {
  readonly next: string | null;
  readonly body: string;
  readonly tag: string;
}

/** Pages as they were sent, by their items: as long as nothing changes, reads may find the very same ones. */
class Pages {
  readonly #known = new WeakMap<ListReply["items"], Page>();

  page({ items, next }: ListReply): Page {
    const known = this.#known.get(items);
    if (known?.next === next) return known;
    const body = `{"items":[${items.join(",")}],"next":${JSON.stringify(next)}}`;
    const page = { next, body, tag: hash("sha256", body, "base64url").slice(0, PAGE_TAG) };
    this.#known.set(items, page);
    return page;
  }
}

function sendPage(
  exchange: Exchange,
  following: string,
  { next, position }: ListReply,
  { body, tag }: Page,
): Promise<void> {
  const headers = [...CACHING, "Plinth-Position", String(position)];
  if (next !== null) headers.push("Link", `<${following}${encodeURIComponent(next)}>; rel="next"`);
  // Weak, since the same page may be compressed or not.
  headers.push("ETag", `W/"${tag}"`);
  if (!noneMatch(exchange.request.headers, tag))
    return sendCompressed(exchange, 200, JSON_TYPE, headers, body);
  varyBy(exchange, "Accept-Encoding");
  sendEmpty(exchange, 304, headers);
  return Promise.resolve();
}

function sendTagged(exchange: Exchange, tag: number, headers: readonly string[], body: string): void {
  const all = ["ETag", `"${tag}"`, ...CACHING, ...headers];
  requireMatch(exchange.request.headers, tag);
  if (noneMatch(exchange.request.headers, tag)) sendEmpty(exchange, 304, all);
  else send(exchange, 200, JSON_TYPE, all, body);
}

/** JSON or an event stream, as the client accepts. */
function offer(exchange: Exchange): string {
  varyBy(exchange, "Accept");
  const type = acceptable(exchange.request.headers.accept, OFFERS);
  if (type === null) throw notAcceptable(OFFERS);
  return type;
}

function listFields(schema: Parameters<typeof filterFields>[0], part: Entity | View): ListFields {
  return { filter: filterFields(schema, part.filter), sort: part.sort };
}
