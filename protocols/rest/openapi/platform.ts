import type { JsonSchema } from "./jsonSchema.ts";
import type { Operation } from "./operations.ts";

const TAGS = ["platform"];

/** Paths that every service has, whatever its model. */
export function platformPaths(): Record<string, { get: Operation }> {
  return {
    "/health/live": get("live", "Whether the process answers", { "200": json("It does.", health("live")) }),
    "/health/ready": get("ready", "Whether to send traffic here", {
      "200": json("Yes.", health("ready")),
      "503": json("No, for these reasons.", health("unready", "The process is draining.")),
    }),
    "/metrics": get("metrics", "Metrics for Prometheus", {
      "200": text("The text exposition format.", "text/plain"),
    }),
    "/openapi.json": get("openapi", "This document", {
      "200": json("OpenAPI 3.1.", { schema: { type: "object" } }),
    }),
    "/docs": get("docs", "This document for people", {
      "200": text("An interactive reference.", "text/html"),
    }),
  };
}

function get(name: string, summary: string, responses: Operation["responses"]): { get: Operation } {
  return { get: { operationId: `platform.${name}`, summary, tags: TAGS, responses, security: [] } };
}

function health(status: string, ...reasons: readonly string[]): object {
  const schema: JsonSchema = {
    type: "object",
    properties: { status: { type: "string" }, reasons: { type: "array", items: { type: "string" } } },
    required: ["status"],
  };
  return { schema, example: status === "live" ? { status } : { status, reasons } };
}

function json(description: string, body: object): { description: string; content: Record<string, object> } {
  return { description, content: { "application/json": body } };
}

function text(description: string, type: string): { description: string; content: Record<string, object> } {
  return { description, content: { [type]: { schema: { type: "string" } } } };
}
