import type { Answer, Discarded, Generation, Parked, RecordedEvent, SectionRecords } from "@plinth/ports";

/** An answer and the time of its commit. */
export interface TimedAnswer {
  readonly answer: Answer;
  readonly at: string;
}

export function recordOfEvent(event: RecordedEvent): SectionRecords["events"] {
  const { position, stream, version, type, data, at, actor, trace } = event;
  return [position, stream.tenant, stream.entity, stream.id, version, type, data, at, actor, trace];
}

export function eventOfRecord(record: SectionRecords["events"]): RecordedEvent {
  const [position, tenant, entity, id, version, type, data, at, actor, trace] = record;
  return { position, stream: { tenant, entity, id }, version, type, data, at, actor, trace };
}

export function recordOfAnswer([commandId, { answer, at }]: [
  string,
  TimedAnswer,
]): SectionRecords["answers"] {
  const { stream, version, position, events, fingerprint, refusal } = answer;
  const { tenant, entity, id } = stream;
  return [commandId, tenant, entity, id, version, position, events, fingerprint, refusal, at];
}

export function answerOfRecord(record: SectionRecords["answers"]): [string, TimedAnswer] {
  const [commandId, tenant, entity, id, version, position, events, fingerprint, refusal, at] = record;
  const stream = { tenant, entity, id };
  return [commandId, { answer: { stream, version, position, events, fingerprint, refusal }, at }];
}

/** Of a unique value and its holder, each as `idOf` has it. */
export function recordOfHolder([value, holder]: [string, string]): SectionRecords["unique"] {
  const [tenant, index, claimed] = JSON.parse(value) as [string, string, string];
  const [, entity, id] = JSON.parse(holder) as [string, string, string];
  return [tenant, index, claimed, entity, id];
}

export function recordOfParked(parked: Parked): SectionRecords["parks"] {
  const { subscription, shard, key, position, status, attempts, dueAt, error, data, parkedAt } = parked;
  return [subscription, shard, key, position, status, attempts, dueAt, error, data, parkedAt];
}

export function parkedOfRecord(record: SectionRecords["parks"]): Parked {
  const [subscription, shard, key, position, status, ...rest] = record;
  const [attempts, dueAt, error, data, parkedAt] = rest;
  const place = { subscription, shard, key, position, status: status as Parked["status"] };
  return { ...place, attempts, dueAt, error, data, parkedAt };
}

/** Of a discarded event and its index in the order in which they were discarded. */
export function recordOfDiscarded([index, discarded]: [number, Discarded]): SectionRecords["discarded"] {
  const { subscription, position, key, error, reason, by, at } = discarded;
  return [index + 1, subscription, position, key, error, reason, by, at];
}

export function discardedOfRecord(record: SectionRecords["discarded"]): Discarded {
  const [, subscription, position, key, error, reason, by, at] = record;
  return { subscription, position, key, error, reason, by, at };
}

/** Of a generation of a view, and whether there is a table for its rows. */
export function recordOfGeneration(one: Generation, hasTable: boolean): SectionRecords["generations"] {
  return [one.view, one.generation, one.status, one.fingerprint, hasTable ? 1 : 0];
}

export function generationOfRecord(record: SectionRecords["generations"]): Generation {
  const [view, generation, status, fingerprint] = record;
  return { view, generation, status: status as Generation["status"], fingerprint };
}
