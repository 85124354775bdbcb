import { type Html, html } from "../html.ts";
import type { OpenApi } from "../openapi/document.ts";
import type { Operation } from "../openapi/operations.ts";
import type { Parameter } from "../openapi/parameters.ts";
import { STATUS } from "../problem.ts";
import { paragraphs, schemaView } from "./schema.ts";

/** One operation with where it is. */
interface Place {
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly operation: Operation;
}

/** The reference of a document: everything there is to read, and a form per operation to try it. */
export function referencePage(document: OpenApi): Html {
  const places = Object.entries(document.paths).flatMap(([path, { get, post }]): Place[] => [
    ...(post ? [{ path, method: "POST" as const, operation: post }] : []),
    ...(get ? [{ path, method: "GET" as const, operation: get }] : []),
  ]);
  const sections = document.tags.map((tag) => ({
    ...tag,
    places: places.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title} API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/reference.css">
<script type="module" src="/docs/reference.js"></script>
</head>
<body>
<nav aria-label="Operations">
<a class="title" href="#top">${document.info.title} <small>${document.info.version}</small></a>
<input id="search" type="search" placeholder="Find an operation" aria-label="Find an operation">
${sections.map(({ name, places }) => html`<h2>${name}</h2><ul>${places.map(menuItem)}</ul>`)}
<h2>about</h2><ul><li><a href="#errors">Errors</a></li><li><a href="/openapi.json">openapi.json</a></li></ul>
</nav>
<main id="top">
<header>
<h1>${document.info.title} API</h1>
${paragraphs(document.info.description)}
<label class="token">Access token <input id="token" type="password" autocomplete="off" placeholder="sent as Authorization: Bearer …"></label>
</header>
${sections.map(
  ({ name, description, places }) => html`<section>
<h2>${name}</h2>${paragraphs(description)}
${places.map((place) => operationView(document, place))}
</section>`,
)}
${errorsView()}
</main>
</body>
</html>
`;
}

function menuItem({ path, method, operation }: Place): Html {
  return html`<li data-words="${`${method} ${path} ${operation.summary}`.toLowerCase()}"><a href="#${operation.operationId}">${badge(method)} ${path}</a></li>`;
}

function badge(method: string): Html {
  return html`<b class="method ${method.toLowerCase()}">${method}</b>`;
}

function operationView(document: OpenApi, { path, method, operation }: Place): Html {
  const parameters = (operation.parameters ?? []).map((one) => parameterOf(document, one));
  return html`<article id="${operation.operationId}">
<h3>${badge(method)} <code>${path}</code></h3>
<p class="summary">${operation.summary}.</p>
${operation.description !== undefined && paragraphs(operation.description)}
<form data-method="${method}" data-path="${path}">
${tableOf(parameters.filter((one) => one.in !== "header"))}
${bodyView(document, operation)}
${headersView(parameters.filter((one) => one.in === "header"))}
<p class="actions"><button>Send</button>${watches(operation) && html` <button name="watch" value="yes">Watch</button>`} <button type="button" name="stop" hidden>Stop</button></p>
<output hidden></output>
</form>
<details><summary>Answers</summary><dl>${Object.entries(operation.responses).map(([status, response]) =>
    responseView(document, status, response),
  )}</dl></details>
</article>`;
}

function watches(operation: Operation): boolean {
  const done = operation.responses["200"];
  return done !== undefined && "content" in done && "text/event-stream" in (done.content ?? {});
}

function parameterOf(document: OpenApi, parameter: Parameter | { readonly $ref: string }): Parameter {
  if (!("$ref" in parameter)) return parameter;
  return document.components.parameters[parameter.$ref.split("/").at(-1)!]!;
}

function tableOf(parameters: readonly Parameter[]): Html | null {
  if (parameters.length === 0) return null;
  return html`<table><tbody>${parameters.map(parameterView)}</tbody></table>`;
}

function headersView(parameters: readonly Parameter[]): Html | null {
  const table = tableOf(parameters);
  return table && html`<details><summary>Headers</summary>${table}</details>`;
}

function parameterView(parameter: Parameter): Html {
  const { name, description, schema, required = false } = parameter;
  const hint = schema.default ?? parameter.example ?? schema.examples?.[0] ?? "";
  return html`<tr>
<th scope="row"><code>${name}</code><small>${parameter.in}${required && ", required"}</small></th>
<td><input name="${name}" data-in="${parameter.in}" placeholder="${String(hint)}" aria-label="${name}"${required && html` required`}></td>
<td>${paragraphs(description)}</td>
</tr>`;
}

type Media = { readonly schema?: Parameters<typeof schemaView>[1]; readonly example?: unknown };

function bodyView(document: OpenApi, { requestBody }: Operation): Html | null {
  if (!requestBody) return null;
  const [[type, media], ...others] = Object.entries(requestBody.content) as [
    [string, Media],
    ...[string, Media][],
  ];
  const example = media.example === undefined ? "" : JSON.stringify(media.example, null, 2);
  return html`<div class="body">
<label>Body <small>${type}</small><textarea name="body" spellcheck="false" rows="${String(Math.min(14, example.split("\n").length + 1))}">${example}</textarea></label>
<div class="schema">${schemaView(document, media.schema ?? {})}${others.length > 0 && html`<p>Also taken: ${others.map(([name]) => name).join(", ")}.</p>`}</div>
</div>`;
}

function responseView(document: OpenApi, status: string, given: Operation["responses"][string]): Html {
  const response = "$ref" in given ? document.components.responses[given.$ref.split("/").at(-1)!]! : given;
  const [type, media] = (Object.entries(response.content ?? {})[0] ?? ["", {}]) as [string, Media];
  const isError = status.startsWith("4") || status.startsWith("5");
  return html`<dt><b class="status ${isError ? "bad" : "good"}">${status}</b> ${response.description} <small>${type}</small></dt>
<dd>${!isError && media.schema && schemaView(document, media.schema)}${!isError && media.example !== undefined && html`<pre>${typeof media.example === "string" ? media.example : JSON.stringify(media.example, null, 2)}</pre>`}</dd>`;
}

function errorsView(): Html {
  return html`<section id="errors"><h2>Errors</h2>
<p>Errors are <code>application/problem+json</code> (RFC 9457). Branch on <code>code</code>; a domain refusal has a code of its own and answers 409.</p>
<table><thead><tr><th>code</th><th>HTTP</th></tr></thead><tbody>
${Object.entries(STATUS).map(([code, status]) => html`<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td></tr>`)}
</tbody></table></section>`;
}
