import type { Parked, ParkStatus, RecordedEvent, Store } from "@plinth/ports";
import { Failure, UsageError } from "./failure.ts";
import { didYouMean } from "./nearest.ts";

/** `thanks` means the subscription of that reactor, `reactor:thanks`. */
export function subscriptionOf(reactor: string): string {
  return reactor.includes(":") ? reactor : `reactor:${reactor}`;
}

/** @throws UsageError for what is no position. */
export function parsePosition(text: string): number {
  const position = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(position) || position < 1)
    throw new UsageError(`"${text}" is no position: give the number that plinth park list shows.`);
  return position;
}

const STATUSES: readonly ParkStatus[] = ["retrying", "behind", "parked", "replay"];

/** @throws UsageError for a status that there is not. */
export function parseStatuses(text: string): readonly ParkStatus[] {
  return text.split(",").map((word) => {
    const status = STATUSES.find((known) => known === word.trim());
    if (!status)
      throw new UsageError(
        `"${word}" is no status.${didYouMean(word, STATUSES)} They are ${STATUSES.join(", ")}.`,
      );
    return status;
  });
}

/** @throws Failure where nothing is parked there. */
export async function findParked(store: Store, subscription: string, position: number): Promise<Parked> {
  const after = { subscription, position: position - 1 };
  const [parked] = await store.parks.list({ subscription, after, limit: 1 });
  if (parked?.position === position) return parked;
  throw new Failure(`Nothing of ${subscription} is parked at ${position}. See plinth park list.`);
}

/** The event that is parked. */
export async function eventOf(store: Store, { position }: Parked): Promise<RecordedEvent> {
  const { events } = await store.log.read({ after: position - 1, limit: 1 });
  const [event] = events;
  if (event?.position !== position) throw new Failure(`The log has no event at ${position}.`);
  return event;
}

/** Milliseconds since the epoch as people and programs read it. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
