import { sendCompressed } from "./compression.ts";
import { EXPOSITION_TYPE, exposition } from "./exposition.ts";
import { refuseParameters } from "./query.ts";
import { JSON_TYPE, send } from "./reply.ts";
import type { Handler, Route } from "./routes.ts";
import { gauge } from "./traffic.ts";

/** `GET /health/live`: the process answers. */
const live: Handler = async (exchange) => {
  refuseParameters(exchange.query);
  send(exchange, 200, JSON_TYPE, ["Cache-Control", "no-store"], '{"status":"live"}');
};

/** `GET /health/ready`: whether to send traffic here, with each reason against it. */
const ready: Handler = async (exchange) => {
  refuseParameters(exchange.query);
  const { draining, operations } = exchange.site;
  const known = operations.readiness();
  const reasons = draining ? ["The process is draining.", ...known.reasons] : known.reasons;
  const isReady = known.ready && !draining;
  const headers = ["Cache-Control", "no-store", ...(isReady ? [] : ["Retry-After", "1"])];
  const body = JSON.stringify({ status: isReady ? "ready" : "unready", reasons });
  send(exchange, isReady ? 200 : 503, JSON_TYPE, headers, body);
};

/** `GET /metrics`: what the runtime measures, and what this listener does. */
const metrics: Handler = async (exchange) => {
  refuseParameters(exchange.query);
  const { site } = exchange;
  const all = [
    ...site.operations.metrics(),
    ...site.traffic.metrics(),
    gauge("plinth_http_connections", "Open connections.", site.connections.size),
    gauge("plinth_http_in_flight", "Requests at work.", site.inFlight),
    gauge("plinth_http_event_streams", "Open event streams.", site.streams.size),
  ];
  return sendCompressed(exchange, 200, EXPOSITION_TYPE, ["Cache-Control", "no-store"], exposition(all));
};

/** What operators ask, answered also while draining and under overload. */
export const PROBES: readonly Route[] = [
  { pattern: "/health/live", methods: { GET: live }, probe: true },
  { pattern: "/health/ready", methods: { GET: ready }, probe: true },
  { pattern: "/metrics", methods: { GET: metrics }, probe: true },
];
