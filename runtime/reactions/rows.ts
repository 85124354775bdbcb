import type { Reactor } from "@plinth/model";
import type { Lease, Parked, Random } from "@plinth/ports";
import { backoffMs } from "../wait.ts";
import type { Failure } from "./failure.ts";

/** An event that waits for an earlier one of its key. */
export function behind(lease: Lease, key: string, position: number, now: number): Parked {
  const { subscription, shard } = lease;
  return {
    subscription,
    shard,
    key,
    position,
    status: "behind",
    attempts: 0,
    dueAt: 0,
    error: "",
    data: null,
    parkedAt: now,
  };
}

/** The same event after one more attempt that failed: to be tried again, or parked for a person. */
export function failed(
  row: Parked,
  { error, isFinal }: Failure,
  { retries }: Reactor,
  now: number,
  random: Random,
): Parked {
  const attempts = row.attempts + 1;
  if (isFinal || attempts > retries.max) return { ...row, status: "parked", attempts, dueAt: 0, error };
  const dueAt = now + backoffMs(attempts, retries, random);
  return { ...row, status: "retrying", attempts, dueAt, error };
}
