import type { Schema } from "./schema.ts";

/** A model that cannot be served: thrown where it is defined, before anything runs. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

const NAME = /^[a-z][A-Za-z0-9]*$/;

/** Names are camelCase identifiers: they become paths, table names and generated types. */
export function checkName(what: string, name: string): void {
  if (!NAME.test(name) || name.length > 60)
    throw new ModelError(
      `"${name}" is no name for a${/^[aeio]/.test(what) ? "n" : ""} ${what}: use camelCase, letters and digits, at most 60.`,
    );
}

/** Filters and sorts must name top-level fields of the object they are about. */
export function checkFieldNames(where: string, schema: Schema, fields: readonly string[]): void {
  const shape = (schema as { shape?: Record<string, unknown> }).shape ?? {};
  for (const field of fields)
    if (!Object.hasOwn(shape, field))
      throw new ModelError(`${where} has no field "${field}" to filter or sort by.`);
}

/** `jobPosting` becomes `job-posting`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `emailAddress` becomes `email_address`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The regular English plural. Irregular ones are given: `plural: "people"`. */
export function plural(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/.test(name)) return `${name}es`;
  return `${name}s`;
}
