/** Alternatives, a line each, in the language of regular expressions: what a whole announcement consists of… */
export const line = (template: TemplateStringsArray, ...parts: string[]) =>
  new RegExp(`^(?:${alternatives(template, parts)})$`);
/** …what it starts with… */
export const start = (template: TemplateStringsArray, ...parts: string[]) =>
  new RegExp(`^(?:${alternatives(template, parts)})\\b`);
/** …what it says anywhere, as whole words. */
export const words = (template: TemplateStringsArray, ...parts: string[]) =>
  new RegExp(`\\b(?:${alternatives(template, parts)})\\b`);

function alternatives(template: TemplateStringsArray, parts: readonly string[]): string {
  return String.raw(template, ...parts)
    .trim()
    .split(/\s*\n\s*/)
    .join("|");
}
