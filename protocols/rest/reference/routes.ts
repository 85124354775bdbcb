import { readFileSync } from "node:fs";
import type { OpenApi } from "../openapi/document.ts";
import { assetHandler, pageRoute } from "../pages.ts";
import type { Route } from "../routes.ts";
import { referencePage } from "./page.ts";

function file(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

/**
 * The interactive reference at `/docs`, rendered here from the OpenAPI document. Nothing comes from elsewhere, and the
 * strict policy of pages holds for it too. The ready-made references were weighed first: Scalar's bundle is 4.3 MB and
 * comes with 185 packages of 287 MB, Swagger UI's with an install script that reports to its vendor.
 */
export function referenceRoutes(document: OpenApi): readonly Route[] {
  const page = referencePage(document);
  const style = { type: "text/css; charset=utf-8", body: file("reference.css") };
  const script = { type: "text/javascript; charset=utf-8", body: file("reference.js") };
  return [
    pageRoute("/docs", () => ({ html: page })),
    { pattern: "/docs/reference.css", methods: { GET: assetHandler(style) } },
    { pattern: "/docs/reference.js", methods: { GET: assetHandler(script) } },
  ];
}
