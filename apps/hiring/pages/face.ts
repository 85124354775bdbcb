import { readFileSync } from "node:fs";
import { rest } from "plinth";
import { homePage } from "./homePage.ts";
import { importPage } from "./importPage.ts";
import { closeForm, openForm } from "./jobActions.ts";
import { jobPage } from "./jobPage.ts";
import { problemPage } from "./problemPage.ts";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** In this order: what is narrower overrules what is wider. */
const STYLES = ["colours", "frame", "forms", "jobs", "document", "findings", "panes"];

const style = STYLES.map((name) => read(`style/${name}.css`)).join("\n");

/**
 * What people and programs see of the service over HTTP. Bodies may be larger than any document that is read, so that
 * one that is too long is told so by whoever knows why.
 */
export const face = rest({
  limits: { bodyBytes: 8 * 1024 * 1024 },
  problemPage,
  pages: {
    "/": homePage,
    "/import": importPage,
    "/jobs/{id}": jobPage,
    "/jobs/{id}/open": openForm,
    "/jobs/{id}/close": closeForm,
    "/style.css": { type: "text/css; charset=utf-8", body: style },
    "/icon.svg": { type: "image/svg+xml", body: read("icon.svg") },
  },
});
