import type { Fault } from "./fault.ts";
import type { Promising } from "./folds.ts";
import type { History } from "./history.ts";
import type { ParkedEvent, Snapshot } from "./snapshot.ts";
import { fault } from "./verification.ts";

/** Attempts that the clerk makes before an event is parked for a person. */
const ATTEMPTS = 4;

/** The shards of the reactors. */
const REACTORS = ["reactor:carrier/0", "reactor:carrier/1", "reactor:clerk/0"];

/** What still moves in a service that nobody sends anything; null where everything has come to rest. */
export function whatMoves({ reacts, views }: Promising, history: History, snapshot: Snapshot): string | null {
  const { builds, checkpoints, parked, tables } = snapshot;
  const live = builds.filter(({ status }) => status === "live");
  if (live.length < Object.keys(views).length) return "a view has not been built";
  const building = builds.find(({ status }) => status === "building");
  if (building) return `${building.view}@${building.generation} is being built`;
  const followers = live.flatMap(({ view, generation }) =>
    Array.from({ length: views[view]!.shards }, (_, shard) => `view:${view}@${generation}/${shard}`),
  );
  const late = [...followers, ...(reacts ? REACTORS : [])].find(
    (name) => (checkpoints.get(name) ?? 0) < history.head,
  );
  if (late) return `${late} is at ${checkpoints.get(late)} of ${history.head}`;
  const trying = parked.find(({ status }) => status === "retrying" || status === "replay");
  if (trying) return `${trying.subscription} is to try position ${trying.position}`;
  const known = builds.map(({ view, generation }) => `view_${view}_${generation}`);
  const left = tables.find((table) => !known.includes(table));
  return left ? `the table ${left} is left of a build that is gone` : null;
}

/**
 * At rest the clerk has done every withdrawal, or it is parked: the first of an account since it cannot be read, all
 * later ones behind it. The carrier has nothing parked.
 */
export function parkedFaults(parked: readonly ParkedEvent[], history: History): Fault[] {
  const rows = new Map(parked.map((one) => [`${one.subscription} ${one.position}`, one]));
  const faults = [...history.withdrawals].flatMap(([account, withdrawals]) => {
    const done = history.entries.get(account)?.length ?? 0;
    return withdrawals.slice(done).flatMap(({ position, read }, at) => {
      const row = rows.get(`reactor:clerk ${position}`);
      rows.delete(`reactor:clerk ${position}`);
      const isRight =
        at > 0
          ? row?.status === "behind"
          : row?.status === "parked" && row.attempts === ATTEMPTS && read.amount % 61 === 7;
      return isRight
        ? []
        : [fault("parked", `withdrawal ${position} of ${account} is ${JSON.stringify(row)}`)];
    });
  });
  const done = [...rows.values()].map((row) => fault("parked", `${JSON.stringify(row)} was done before`));
  return [...faults, ...done];
}

/** At rest, with a clerk who can read everything, nothing is parked and nothing is open. */
export function undoneFaults(parked: readonly ParkedEvent[], history: History): Fault[] {
  const faults = parked.map((row) =>
    fault("parked", `${JSON.stringify(row)} was handed back, and is still there`),
  );
  for (const [account, withdrawals] of history.withdrawals) {
    const done = history.entries.get(account)?.length ?? 0;
    if (done !== withdrawals.length)
      faults.push(fault("parked", `the clerk has done ${done} of ${withdrawals.length} of ${account}`));
  }
  for (const { type, position } of history.events)
    if (type === "account.sent" && !history.received.has(position))
      faults.push(fault("parked", `what was sent at ${position} has not arrived`));
  return faults;
}
