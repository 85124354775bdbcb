export type { CorsOptions } from "./cors.ts";
export { type Content, Html, html, trusted } from "./html.ts";
export { LIMITS, type Limits } from "./limits.ts";
export { openApi } from "./openapi/document.ts";
export type { Asset, Form, Page, PageReply, PageRequest, ProblemPage } from "./pages.ts";
export { type Problem, STATUS } from "./problem.ts";
export { type RestOptions, rest } from "./rest.ts";
