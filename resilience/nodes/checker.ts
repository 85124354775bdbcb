import type { Fault } from "../bank/fault.ts";
import { type Operation, wordsOf } from "./operation.ts";

/** What an account holds at each of its versions, from the first on. */
export type Balances = (account: string) => readonly number[];

/** One operation on a number that only grows: at an instant between both times it was this. */
interface Sight {
  readonly operation: Operation;
  readonly value: number;
  /** Whether it has made it this: nobody else has. */
  readonly made: boolean;
}

/** Which values a number may have had while an operation ran. */
interface Window {
  readonly least: number;
  readonly most: number;
}

/**
 * Holds what clients were told, through whichever node, against what one node with one client after another would have
 * told them:
 *
 * - entities are linearisable: whoever asks after an answer was there is told of that version or a later one, and a
 *   command makes a later one; no two commands make the same, and all who were told of a version were told the same state;
 * - positions are told once, and grow with real time and with versions;
 * - a command has one answer;
 * - rows have reached what they were asked for by `Plinth-At-Least`, and never go back for who reads them again;
 * - a refusal tells of a balance that the account had while it was asked;
 * - balances are those of the log (`balances`).
 *
 * As versions and positions are in the answers, and events of an entity are in one order, no search is needed: it takes
 * as long as sorting (for the general case see Wing and Gong, "Testing and Verifying Concurrent Objects", 1993).
 */
export function check(operations: readonly Operation[], balances: Balances): Fault[] {
  const firsts = firstOfKeys(operations);
  const accounts = Object.entries(Object.groupBy(firsts, ({ account }) => account));
  return [
    ...accounts.flatMap(([account, own]) => accountFaults(own!, balances(account))),
    ...positionFaults(firsts),
    ...keyFaults(operations),
  ];
}

/** Without repeats: those are told what was so at the first time. */
function firstOfKeys(operations: readonly Operation[]): Operation[] {
  const keys = new Set<string>();
  return operations.filter(({ key }) => {
    if (key === null) return true;
    const isFirst = !keys.has(key);
    keys.add(key);
    return isFirst;
  });
}

function accountFaults(operations: readonly Operation[], balances: readonly number[]): Fault[] {
  const sights = operations.flatMap((operation) =>
    operation.version === null
      ? []
      : [{ operation, value: operation.version, made: operation.kind === "command" }],
  );
  return [
    ...sightFaults(sights, "version"),
    ...madeTwice(sights, "version"),
    ...balanceFaults(operations, balances),
    ...refusalFaults(operations, sights, balances),
    ...rowFaults(operations),
    ...backFaults(operations),
  ];
}

/** Nobody is told of less than what somebody was told before he asked; who makes something makes more. */
function sightFaults(sights: readonly Sight[], what: string): Fault[] {
  let highest: Sight | null = null;
  const known = new Map<Sight, Sight | null>();
  const faults: Fault[] = [];
  for (const { sight, isEnd } of moments(sights)) {
    if (!isEnd) {
      known.set(sight, highest);
      continue;
    }
    const before = known.get(sight);
    if (before && (sight.made ? sight.value <= before.value : sight.value < before.value))
      faults.push(
        fault("linear", `${words(sight)} was asked for after ${words(before)}: its ${what} is no later`),
      );
    if (sight.value > (highest?.value ?? 0)) highest = sight;
  }
  return faults;
}

/** Beginnings and ends, in the order of time; at the same time, beginnings first: those overlap. */
function moments(sights: readonly Sight[]) {
  return sights
    .flatMap((sight) => [
      { sight, isEnd: false, at: sight.operation.began },
      { sight, isEnd: true, at: sight.operation.ended },
    ])
    .sort((one, other) => one.at - other.at || Number(one.isEnd) - Number(other.isEnd));
}

function madeTwice(sights: readonly Sight[], what: string): Fault[] {
  const makers = new Map<number, Sight>();
  return sights.flatMap((sight) => {
    if (!sight.made) return [];
    const other = makers.get(sight.value);
    makers.set(sight.value, sight);
    if (!other || other.operation.key === sight.operation.key) return [];
    return [fault("linear", `${words(sight)} has the ${what} of ${words(other)}`)];
  });
}

/** All are told the same of a version: what the log has. */
function balanceFaults(operations: readonly Operation[], balances: readonly number[]): Fault[] {
  return operations.flatMap((operation) => {
    const { version, balance } = operation;
    if (!version || balances[version - 1] === balance) return [];
    return [fault("balances", `${wordsOf(operation)}; the log says ${balances[version - 1]}`)];
  });
}

function refusalFaults(
  operations: readonly Operation[],
  sights: readonly Sight[],
  balances: readonly number[],
): Fault[] {
  const made = sights.filter((sight) => sight.made);
  return operations.flatMap((operation) => {
    if (operation.kind !== "refusal") return [];
    const { least, most } = windowOf(operation, sights, made, balances.length);
    const possible = least === 0 ? [0, ...balances.slice(0, most)] : balances.slice(least - 1, most);
    if (possible.includes(operation.balance!)) return [];
    return [
      fault(
        "linear",
        `${wordsOf(operation)}: it held ${possible.join(", ")} at versions ${least} to ${most}`,
      ),
    ];
  });
}

/** What was told before it began, and what was made only after it ended. */
function windowOf(
  { began, ended }: Operation,
  sights: readonly Sight[],
  made: readonly Sight[],
  last: number,
): Window {
  let [least, most] = [0, last];
  for (const { operation, value } of sights) if (operation.ended < began && value > least) least = value;
  for (const { operation, value } of made) if (operation.began > ended && value - 1 < most) most = value - 1;
  return { least, most };
}

/** A row has reached every event that is known of its account up to the position that was asked for. */
function rowFaults(operations: readonly Operation[]): Fault[] {
  const told = operations.filter(
    ({ kind, inRow, position }) => position !== null && (inRow || kind === "row"),
  );
  const known = told.map(({ position }) => position!).sort((one, other) => one - other);
  return operations.flatMap((row) => {
    if (row.kind !== "row") return [];
    const needed = known.findLast((position) => position <= row.atLeast) ?? 0;
    if ((row.position ?? 0) >= needed) return [];
    return [fault("reads", `${wordsOf(row)} had to have reached ${row.atLeast}, and so ${needed}`)];
  });
}

/** Who reads a row twice never goes back. */
function backFaults(operations: readonly Operation[]): Fault[] {
  const last = new Map<number, Operation>();
  const rows = operations.filter(({ kind }) => kind === "row");
  return rows
    .sort((one, other) => one.began - other.began)
    .flatMap((row) => {
      const before = last.get(row.session);
      last.set(row.session, row);
      if (!before || (row.position ?? 0) >= (before.position ?? 0)) return [];
      return [fault("reads", `${wordsOf(row)} came after ${wordsOf(before)}`)];
    });
}

/** Positions are made by one command each, and grow with real time. */
function positionFaults(operations: readonly Operation[]): Fault[] {
  const sights = operations.flatMap((operation) =>
    operation.kind === "command" ? [{ operation, value: operation.position!, made: true }] : [],
  );
  return [...sightFaults(sights, "position"), ...madeTwice(sights, "position")];
}

function keyFaults(operations: readonly Operation[]): Fault[] {
  const first = new Map<string, Operation>();
  return operations.flatMap((operation) => {
    const { key, kind, version, position, balance } = operation;
    if (key === null) return [];
    const before = first.get(key);
    first.set(key, before ?? operation);
    if (!before) return [];
    const isSame =
      before.kind === kind &&
      before.version === version &&
      before.position === position &&
      before.balance === balance;
    return isSame ? [] : [fault("once", `${wordsOf(operation)} was ${wordsOf(before)} before`)];
  });
}

function words({ operation }: Sight): string {
  return wordsOf(operation);
}

function fault(promise: Fault["promise"], what: string): Fault {
  return { promise, what };
}
