import type { StreamName } from "@plinth/model";

/** One text for several: different for different parts, whatever characters they hold. */
export function idOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

/** One text for a stream. */
export function idOfStream({ tenant, entity, id }: StreamName): string {
  return idOf(tenant, entity, id);
}
