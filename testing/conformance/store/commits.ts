import assert from "node:assert/strict";
import type { StreamName } from "@plinth/model";
import type { CommandRecord, Commit, Log, LogQuery, NewEvent, Outcome, RecordedEvent } from "@plinth/ports";

/** When the commits of the cases were decided, unless they say otherwise. */
export const AT = "2030-01-01T00:00:00.000Z";

export const MAIN = "main";

/** An account of the main tenant, unless said otherwise. */
export function streamOf(id: string, entity = "account", tenant = MAIN): StreamName {
  return { tenant, entity, id };
}

export const ANNA = streamOf("anna");
export const BERT = streamOf("bert");

/** A number of events, each with data of its own. */
export function events(count: number, entity = "account"): readonly NewEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    type: `${entity}.deposited`,
    data: `{"amount":${at + 1}}`,
  }));
}

/** A commit of one event and nothing else, unless said otherwise. */
export function commitOf(stream: StreamName, expectedVersion: number, parts: Partial<Commit> = {}): Commit {
  return {
    stream,
    expectedVersion,
    events: events(1, stream.entity),
    state: null,
    command: null,
    unique: [],
    conditions: [],
    at: AT,
    actor: "user-1",
    trace: null,
    ...parts,
  };
}

/** The record of an accepted command. */
export function commandOf(id: string, fingerprint = "print", refusal: string | null = null): CommandRecord {
  return { id, fingerprint, refusal };
}

/** The outcome of a batch of one. */
export async function append(log: Log, commit: Commit): Promise<Outcome> {
  const outcomes = await log.append([commit]);
  assert.equal(outcomes.length, 1, "one commit has one outcome");
  return outcomes[0]!;
}

/** Appends a commit that must be accepted. */
export async function accept(log: Log, commit: Commit): Promise<{ version: number; position: number }> {
  const outcome = await append(log, commit);
  assert.equal(outcome.kind, "accepted", `accepted rather than ${JSON.stringify(outcome)}`);
  return outcome as Extract<Outcome, { kind: "accepted" }>;
}

/** The kinds of outcomes, in their order. */
export function kinds(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.map(({ kind }) => kind);
}

/** The whole log after a position, page by page. Every page must go on from the one before. */
export async function readAll(log: Log, query: Partial<LogQuery> = {}): Promise<readonly RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  const head = await log.head();
  let after = query.after ?? 0;
  while (after < head) {
    const page = await log.read({ limit: 1000, ...query, after });
    assert.ok(page.position > after, `reading after ${after} went on (head ${head})`);
    for (const { position } of page.events)
      assert.ok(position > after && position <= page.position, `${position} lies within the page`);
    found.push(...page.events);
    after = page.position;
  }
  return found;
}

/** Positions without a hole, one event after the other. */
export function assertGapFree(log: readonly RecordedEvent[], first = 1): void {
  for (const [at, { position }] of log.entries()) assert.equal(position, first + at, "a hole, or a repeat");
}
