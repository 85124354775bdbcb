import { type Html, html } from "../html.ts";
import type { OpenApi } from "../openapi/document.ts";
import type { JsonSchema } from "../openapi/jsonSchema.ts";

const DEPTH_MAX = 4;

/** A schema for people: its fields with types and bounds, nested ones indented. */
export function schemaView(document: OpenApi, schema: JsonSchema, depth = 0): Html | null {
  const known = resolve(document, schema);
  const fields = Object.entries(known.properties ?? {});
  if (fields.length === 0 || depth > DEPTH_MAX) return null;
  return html`<ul>${fields.map(([name, field]) => {
    const inner = resolve(document, field);
    const items = typeof inner.items === "object" ? inner.items : {};
    return html`<li><code>${name}</code>${!known.required?.includes(name) && "?"} <span class="type">${typeOf(document, field)}</span> <small>${bounds(inner)}</small>${
      inner.description !== undefined && html` <span>${inner.description}</span>`
    }${schemaView(document, field, depth + 1)}${schemaView(document, items, depth + 1)}</li>`;
  })}</ul>`;
}

/** Text with its backquotes as code; an empty line begins a paragraph. */
export function paragraphs(text: string): readonly Html[] {
  return text.split(/\n\n+/).map((paragraph) => {
    const parts = paragraph.split("`");
    return html`<p>${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}</p>`;
  });
}

function resolve(document: OpenApi, schema: JsonSchema): JsonSchema {
  const name = /^#\/components\/schemas\/([^/]+)$/.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? schema : (document.components.schemas[name] ?? schema);
}

function typeOf(document: OpenApi, schema: JsonSchema): string {
  const { type, items, enum: values, anyOf, oneOf, format } = resolve(document, schema);
  const choice = anyOf ?? oneOf;
  if (choice) return choice.map((one) => typeOf(document, one)).join(" | ");
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (type === "array") return `${typeof items === "object" ? typeOf(document, items) : "any"}[]`;
  return format ?? (type === undefined ? "any" : [type].flat().join(" | "));
}

function bounds(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems } =
    schema;
  const isSafe = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  return [
    isSafe(minimum) && `≥ ${minimum}`,
    isSafe(exclusiveMinimum) && `> ${exclusiveMinimum}`,
    isSafe(maximum) && `≤ ${maximum}`,
    isSafe(exclusiveMaximum) && `< ${exclusiveMaximum}`,
    minLength !== undefined && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    minItems !== undefined && `at least ${minItems}`,
    isSafe(maxItems) && `at most ${maxItems}`,
  ]
    .filter((bound) => bound !== false)
    .join(", ");
}
