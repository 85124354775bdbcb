import { type JobSpec, type Quote, quote } from "./schema.ts";

/** Every quote of a job spec, in the order of its fields. */
export function quotesOf(spec: JobSpec): Quote[] {
  return within(spec);
}

function within(value: unknown): Quote[] {
  if (typeof value !== "object" || value === null) return [];
  const parsed = quote.safeParse(value);
  return parsed.success ? [parsed.data] : Object.values(value).flatMap(within);
}
