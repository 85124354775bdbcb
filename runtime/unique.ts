import { type Entity, type Refusal, snake } from "@plinth/model";
import type { UniqueChange } from "@plinth/ports";
import type { Snapshot } from "./cache.ts";

const NONE: readonly UniqueChange[] = [];

/** What a stream gives up and takes of the values that only one may hold. */
export function uniqueChanges(entity: Entity, before: Snapshot, after: Snapshot): readonly UniqueChange[] {
  const names = Object.keys(entity.unique);
  if (names.length === 0) return NONE;
  const changes: UniqueChange[] = [];
  for (const name of names) {
    const valueIn = entity.unique[name]!;
    const release = before.version === 0 ? null : valueIn(before.state);
    const claim = valueIn(after.state);
    if (release !== claim) changes.push({ index: `${entity.name}.${name}`, release, claim });
  }
  return changes;
}

/** The refusal of a value that another entity holds: `email_taken`. */
export function refusalTaken(entity: Entity, index: string): Refusal {
  const name = index.slice(index.indexOf(".") + 1);
  const message = `Another ${entity.name} already has this ${name}.`;
  return { kind: "refusal", code: `${snake(name)}_taken`, message };
}
