import type { Commit, Condition, NewEvent, UniqueChange } from "@plinth/ports";
import type { Value } from "./connection.ts";

/**
 * A batch of commits as it travels to the writer: their values one after another in one array. To clone the
 * commits as objects takes both threads four times as long.
 */
export type Flat = readonly Value[];

/** What few commits have, as JSON. */
interface Rare {
  readonly unique: readonly UniqueChange[];
  readonly conditions: readonly Condition[];
}

/** A commit as the writer sees it: lines are told apart by number, 0 is none. */
export type Numbered = Omit<Commit, "line" | "ahead"> & { readonly line: number; readonly ahead: boolean };

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** The number of a line, the same for as long as there is the line: unique in this process. */
function numberOf(line: object): number {
  const known = numbers.get(line);
  if (known !== undefined) return known;
  numbers.set(line, ++lastNumber);
  return lastNumber;
}

const NONE: Rare = { unique: [], conditions: [] };

export function flatten(batch: readonly Commit[]): Flat {
  const flat: Value[] = [];
  for (const commit of batch) {
    const { stream, command, events } = commit;
    flat.push(stream.tenant, stream.entity, stream.id, commit.expectedVersion, commit.state);
    flat.push(commit.line ? numberOf(commit.line) : 0, commit.ahead ? 1 : 0);
    flat.push(commit.at, commit.actor, commit.trace, rareOf(commit));
    flat.push(command?.id ?? null, command?.fingerprint ?? null, command?.refusal ?? null);
    flat.push(events.length);
    for (const { type, data } of events) flat.push(type, data);
  }
  return flat;
}

export function unflatten(flat: Flat): readonly Numbered[] {
  const batch: Numbered[] = [];
  const values = flat[Symbol.iterator]();
  const next = <Type extends Value>() => values.next().value as Type;
  for (let tenant = next<string>(); tenant !== undefined; tenant = next<string>()) {
    const stream = { tenant, entity: next<string>(), id: next<string>() };
    const head = { stream, expectedVersion: next<number>(), state: next<string | null>() };
    const basis = { line: next<number>(), ahead: next<number>() === 1 };
    const context = { at: next<string>(), actor: next<string>(), trace: next<string | null>() };
    const rare = next<string | null>();
    const { unique, conditions } = rare === null ? NONE : (JSON.parse(rare) as Rare);
    const id = next<string | null>();
    const record = { fingerprint: next<string>(), refusal: next<string | null>() };
    const command = id === null ? null : { id, ...record };
    const events: NewEvent[] = Array.from({ length: next<number>() }, () => ({
      type: next<string>(),
      data: next<string>(),
    }));
    batch.push({ ...head, ...basis, ...context, command, unique, conditions, events });
  }
  return batch;
}

function rareOf({ unique, conditions }: Commit): string | null {
  return unique.length + conditions.length === 0 ? null : JSON.stringify({ unique, conditions });
}
