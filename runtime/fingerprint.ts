import { hash } from "node:crypto";
import { type Entity, type View, z } from "@plinth/model";

/**
 * Tells one definition of a view from another: by the schema of its rows, the source of its functions, its sources,
 * fields and shards. What its functions call is not seen: after a change there, `plinth rebuild` is for people to say.
 */
export function fingerprintOf(view: View): string {
  const definition = {
    row: z.toJSONSchema(view.row, { unrepresentable: "any" }),
    key: view.key.toString(),
    on: Object.entries(view.on).map(([type, change]) => [type, change.toString()]),
    from: view.from.map((entity) => entity.name),
    fields: fieldsOf(view),
    shards: view.shards,
  };
  return hash("sha256", JSON.stringify(definition), "hex").slice(0, 16);
}

/** The fields that lists of the view may be filtered or sorted by, each once. */
export function fieldsOf(view: { filter: readonly string[]; sort: readonly string[] }): string[] {
  return [...new Set([...view.filter, ...view.sort])];
}

/** Tells one definition of an entity's state from another, as `fingerprintOf` does for views. */
export function stateFingerprintOf(entity: Entity): string {
  const definition = {
    state: z.toJSONSchema(entity.state, { unrepresentable: "any" }),
    initial: entity.initial,
    evolve: Object.entries(entity.evolve).map(([event, change]) => [event, change.toString()]),
  };
  return hash("sha256", JSON.stringify(definition), "hex").slice(0, 16);
}
