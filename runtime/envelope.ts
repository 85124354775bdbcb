import type { Json } from "@plinth/ports";

/** An entity as lists and watches show it: `{ id, version, state }`, the state's JSON as it is kept. */
export function envelope(id: string, version: number, state: Json): Json {
  return `{"id":${JSON.stringify(id)},"version":${version},"state":${state}}`;
}
