import { hash } from "node:crypto";
import { type Entity, kebab, type View } from "@plinth/model";
import type { ListReply, ListSelection, Operations, ReadRequest } from "@plinth/ports";
import { acceptable } from "./accept.ts";
import { admit } from "./admission.ts";
import { notAcceptable } from "./command.ts";
import { codingOf, sendCoded } from "./compression.ts";
import { EVENTS_TYPE, streamChanges } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { filterFields } from "./fields.ts";
import { noneMatch, requireMatch } from "./headers.ts";
import { Queries } from "./queries.ts";
import { filters, type ListFields, refuseParameters } from "./query.ts";
import { JSON_TYPE, sendEmpty, varyBy, write } from "./reply.ts";
import { type Representation, Representations, representation } from "./representation.ts";
import type { Handler } from "./routes.ts";
import { segment } from "./target.ts";

const OFFERS = [JSON_TYPE, EVENTS_TYPE];

/** `GET /{plural}/{id}`: the state of an entity, or its changes. */
export function stateHandler(entity: Entity): Handler {
  return oneHandler(
    entity,
    (operations, { caller, atLeast }, id) => operations.get({ caller, entity: entity.name, id, atLeast }),
    ({ id, version, state }) =>
      representation(
        `"${version}"`,
        [],
        `{"id":${JSON.stringify(id)},"version":${version},"state":${state}}`,
      ),
  );
}

/** `GET /{view}/{key}`: a row, or its changes. */
export function rowHandler(view: View): Handler {
  return oneHandler(
    view,
    (operations, { caller, atLeast }, key) => operations.row({ caller, view: view.name, key, atLeast }),
    ({ row, position }) => representation(`"${position}"`, ["Plinth-Position", String(position)], row),
  );
}

type Find<Reply> = (operations: Operations, request: ReadRequest, key: string) => Reply | Promise<Reply>;

function oneHandler<Reply extends object>(
  target: Entity | View,
  find: Find<Reply>,
  represent: (reply: Reply) => Representation,
): Handler {
  const representations = new Representations(represent);
  return (exchange) => {
    const key = segment(exchange.raw[0]!);
    refuseParameters(exchange.query);
    const type = offer(exchange);
    const atLeast = exchange.atLeast();
    return then(admit(exchange), (actor) => {
      const caller = exchange.caller(actor);
      if (type === EVENTS_TYPE) return streamChanges(exchange, { caller, target, key, filters: [] });
      const found = find(exchange.site.operations, { caller, atLeast }, key);
      return then(found, (reply) => sendOne(exchange, representations.of(reply)));
    });
  };
}

/** `GET /{plural}`: stored states, or their changes. */
export function statesHandler(entity: Entity): Handler {
  const fields = listFields(entity.state, entity);
  return listHandler(entity, kebab(entity.plural), fields, (operations, { caller, atLeast }, selected) =>
    operations.list({ ...selected, caller, atLeast, entity: entity.name }),
  );
}

/** `GET /{view}`: rows, or their changes. */
export function rowsHandler(view: View): Handler {
  const fields = listFields(view.row, view);
  return listHandler(view, kebab(view.name), fields, (operations, { caller, atLeast }, selected) =>
    operations.rows({ ...selected, caller, atLeast, view: view.name }),
  );
}

type List = (
  operations: Operations,
  request: ReadRequest,
  selected: ListSelection,
) => ListReply | Promise<ListReply>;

function listHandler(target: Entity | View, path: string, fields: ListFields, list: List): Handler {
  const queries = new Queries(fields, (selected, query) => {
    const following = followingOf(path, query);
    return { selected, pages: new Representations<ListReply>((reply) => pageOf(reply, following)) };
  });
  return (exchange) => {
    const isWatched = offer(exchange) === EVENTS_TYPE;
    const watched = isWatched ? filters(exchange.query, fields) : [];
    const asked = isWatched ? null : queries.read(exchange.query);
    const atLeast = exchange.atLeast();
    return then(admit(exchange), (actor) => {
      const caller = exchange.caller(actor);
      if (!asked) return streamChanges(exchange, { caller, target, key: null, filters: watched });
      const found = list(exchange.site.operations, { caller, atLeast }, asked.selected);
      return then(found, (reply) => sendPage(exchange, asked.pages.of(reply)));
    });
  };
}

/** Path and query of the page after one, but for its cursor. */
function followingOf(path: string, query: string): string {
  const rest = query.split("&").filter((pair) => pair !== "" && !pair.startsWith("cursor="));
  return `/${path}?${[...rest, "cursor="].join("&")}`;
}

/** Characters of a page's entity tag: 96 bits. */
const PAGE_TAG = 16;

/** A page with the link to the next one (RFC 8288). */
function pageOf({ items, next, position }: ListReply, following: string): Representation {
  const body = `{"items":[${items.join(",")}],"next":${JSON.stringify(next)}}`;
  const tag = hash("sha256", body, "base64url").slice(0, PAGE_TAG);
  const headers = ["Plinth-Position", String(position)];
  if (next !== null) headers.push("Link", `<${following}${encodeURIComponent(next)}>; rel="next"`);
  // Weak, since the same page may be compressed or not.
  return representation(`W/"${tag}"`, headers, body);
}

function sendPage(exchange: Exchange, page: Representation): Promise<void> | void {
  const coding = codingOf(exchange, page.bytes);
  if (noneMatch(exchange.request.headers, page.etag)) return sendEmpty(exchange, 304, [...page.headers]);
  if (coding === null) return sendWhole(exchange, page);
  return sendCoded(exchange, 200, JSON_TYPE, page.headers, page.body, coding);
}

function sendOne(exchange: Exchange, one: Representation): void {
  const { headers } = exchange.request;
  requireMatch(headers, one.etag);
  if (noneMatch(headers, one.etag)) sendEmpty(exchange, 304, [...one.headers]);
  else sendWhole(exchange, one);
}

function sendWhole(exchange: Exchange, { bodyHeaders, body, bytes }: Representation): void {
  write(exchange, 200, [...bodyHeaders], body, bytes);
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

/** Goes on with a value, at once where it is there already: each function that waits costs a microsecond. */
function then<Value>(
  value: Value | Promise<Value>,
  go: (value: Value) => Promise<void> | void,
): Promise<void> | void {
  return value instanceof Promise ? value.then(go) : go(value);
}
