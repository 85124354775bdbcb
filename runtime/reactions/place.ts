import type { Event, Reactor } from "@plinth/model";
import { checkText, PlinthError } from "@plinth/ports";
import { shardOf } from "../shards.ts";

/** Where an event belongs: which shard handles it, and among which events it keeps its order. */
export interface Place {
  readonly shard: number;
  /** The reactor's key, within the tenant: what one tenant's event holds up is never another's. */
  readonly key: string;
}

/**
 * A key that cannot be had must not stop the log: its event goes by its stream, and every attempt at it fails with
 * what `checkedKey` throws.
 */
export function placeOf(reactor: Reactor, event: Event): Place {
  let key: string;
  try {
    key = checkedKey(reactor, event);
  } catch {
    key = `${event.stream.entity}/${event.stream.id}`;
  }
  return { shard: shardOf(key, reactor.shards), key: inTenant(event, key) };
}

/** The reactor's key of an event. @throws what the key function throws, or where no store can keep the key. */
export function checkedKey(reactor: Reactor, event: Event): string {
  const key: unknown = reactor.key(event);
  if (typeof key !== "string")
    throw new PlinthError("internal", `Reactor "${reactor.name}" has a key that is not a text.`);
  checkText("reactor's key", inTenant(event, key));
  return key;
}

function inTenant({ stream }: Event, key: string): string {
  return `${stream.tenant}/${key}`;
}
