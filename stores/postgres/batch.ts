import { randomBytes } from "node:crypto";
import type { StreamName } from "@plinth/model";
import type { Commit, Condition } from "@plinth/ports";
import type { Value } from "./connection.ts";
import { stateTable } from "./identifiers.ts";

/** The arguments of the function `append`, in its order (append.ts). */
export type Batch = readonly Value[];

/** Lines are objects of this process; the database knows them by numbers that no other process has. */
const numbers = new WeakMap<object, bigint>();
/** 2^62 places to begin at, so that processes don't meet. Never 0, which is no line. */
let lastNumber = randomBytes(8).readBigUInt64BE() >> 2n;

/** Which streams a batch names, each once, numbered from 1. */
class Streams {
  readonly tenants: string[] = [];
  readonly entities: string[] = [];
  readonly keys: string[] = [];
  readonly #numbers = new Map<string, number>();

  number({ tenant, entity, id }: StreamName): number {
    const name = `${tenant}\0${entity}\0${id}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.tenants.push(tenant);
    this.entities.push(entity);
    const number = this.keys.push(id);
    this.#numbers.set(name, number);
    return number;
  }
}

/** A batch as columns. */
export function batchOf(batch: readonly Commit[]): Batch {
  const streams = new Streams();
  const numbersOf = batch.map(({ stream }) => streams.number(stream));
  const rest = batch.map((commit) => restOf(commit, streams));
  const entities = [...new Set(streams.entities)];
  return [
    streams.tenants,
    streams.entities,
    streams.keys,
    numbersOf,
    batch.map(({ expectedVersion }) => expectedVersion),
    batch.map(({ line }) => lineNumber(line)),
    batch.map(({ ahead }) => ahead === true),
    batch.map(({ events }) => events.length),
    batch.map(({ command }) => command?.id ?? null),
    sameCommands(batch),
    batch.map(({ command }) => command?.fingerprint ?? null),
    batch.map(({ command }) => command?.refusal ?? null),
    batch.map(({ at }) => at),
    batch.map(({ actor }) => actor),
    batch.map(({ trace }) => trace),
    batch.map(({ state }) => state),
    rest,
    batch.flatMap(({ events }, commit) => events.map(() => commit + 1)),
    batch.flatMap(({ events }) => events.map((_, nth) => nth + 1)),
    batch.flatMap(({ events }) => events.map(({ type }) => type)),
    batch.flatMap(({ events }) => events.map(({ data }) => data)),
    entities,
    entities.map(stateTable),
  ];
}

function lineNumber(line: object | undefined): string {
  if (line === undefined) return "0";
  const known = numbers.get(line);
  if (known !== undefined) return String(known);
  lastNumber += 1n;
  numbers.set(line, lastNumber);
  return String(lastNumber);
}

/** For each commit, the number of the one before it with the same command id; 0 where there is none. */
function sameCommands(batch: readonly Commit[]): number[] {
  const last = new Map<string, number>();
  return batch.map(({ command }, at) => {
    if (!command) return 0;
    const before = last.get(command.id) ?? 0;
    last.set(command.id, at + 1);
    return before;
  });
}

/** What few commits have, as JSON. */
function restOf({ conditions, unique }: Commit, streams: Streams): string | null {
  if (conditions.length === 0 && unique.length === 0) return null;
  return JSON.stringify({ conditions: conditions.map((condition) => numbered(condition, streams)), unique });
}

function numbered(condition: Condition, streams: Streams) {
  if (condition.kind === "unchanged") return condition;
  return { ...condition, stream: streams.number(condition.stream) };
}
