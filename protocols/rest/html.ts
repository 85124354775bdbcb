/** Markup that is safe to send: made by `html`, which escapes what it is given. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template: text is escaped, markup is not, lists are joined, null and false are nothing. */
export type Content = string | number | Html | null | undefined | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Markup with values: html`<p title="${title}">${text}</p>`. Values are escaped for text and for attributes in quotes;
 * they do not belong into tag names, unquoted attributes, scripts or styles.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0]!;
  for (const [at, value] of values.entries()) text += render(value) + parts[at + 1]!;
  return new Html(text);
}

/** Markup from a trusted source, as it is: never what a client or a document said. */
export function trusted(text: string): Html {
  return new Html(text);
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
}
