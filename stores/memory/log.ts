import type { StreamName } from "@plinth/model";
import {
  type Answer,
  type Commit,
  type Condition,
  checkCommit,
  type Log,
  type LogPage,
  type LogQuery,
  type NewEvent,
  type Outcome,
  type RecordedEvent,
} from "@plinth/ports";
import { idOf, idOfStream } from "./identity.ts";
import {
  answerOfRecord,
  eventOfRecord,
  recordOfAnswer,
  recordOfEvent,
  recordOfHolder,
  type TimedAnswer,
} from "./records.ts";
import { type Shelves, shelf } from "./shelves.ts";
import type { MemoryStates } from "./states.ts";
import type { Turns } from "./turns.ts";

/** A page ends with the event that makes it this long, in characters. */
const PAGE_MAX = 8 * 1024 * 1024;

export class MemoryLog implements Log {
  /** Every event; the one at index 0 has position `#before + 1`. */
  readonly #events: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #answers = new Map<string, TimedAnswer>();
  /** Stream to the line of its last commit with events. */
  readonly #lines = new Map<string, object>();
  /** Unique value to the stream that holds it. */
  readonly #holders = new Map<string, string>();
  readonly #listeners = new Set<{ readonly call: (position: number) => void }>();
  /** As a copy reads and writes them. */
  readonly shelves: Shelves<"events" | "answers" | "unique"> = {
    events: {
      size: () => this.#events.length,
      from: (index, limit) => this.#events.slice(index, index + limit).map(recordOfEvent),
      put: (record) => this.#add(eventOfRecord(record)),
    },
    answers: shelf(
      () => this.#answers,
      recordOfAnswer,
      (record) => this.#answers.set(...answerOfRecord(record)),
    ),
    unique: shelf(
      () => this.#holders,
      recordOfHolder,
      ([tenant, index, value, entity, id]) =>
        this.#holders.set(idOf(tenant, index, value), idOf(tenant, entity, id)),
    ),
  };
  readonly #turns: Turns;
  readonly #states: MemoryStates;
  #before: number;

  constructor(turns: Turns, states: MemoryStates, firstPosition: number) {
    this.#turns = turns;
    this.#states = states;
    this.#before = firstPosition - 1;
  }

  async append(batch: readonly Commit[]): Promise<readonly Outcome[]> {
    await this.#turns.next();
    for (const commit of batch) checkCommit(commit);
    const outcomes = batch.map((commit) => this.#objection(commit) ?? this.#accept(commit));
    for (const listener of [...this.#listeners]) listener.call(this.#head);
    return outcomes;
  }

  async head(): Promise<number> {
    await this.#turns.next();
    return this.#head;
  }

  async read({ after, limit, entities }: LogQuery): Promise<LogPage> {
    await this.#turns.next();
    const found = this.#since(after).filter(
      ({ stream }) => entities === undefined || entities.includes(stream.entity),
    );
    const events = page(found, limit);
    const ended = events.length === found.length;
    return { events, position: ended ? Math.max(after, this.#head) : events.at(-1)!.position };
  }

  async readStream(
    stream: StreamName,
    afterVersion: number,
    limit: number,
  ): Promise<readonly RecordedEvent[]> {
    await this.#turns.next();
    return page(this.#stream(stream).slice(afterVersion), limit);
  }

  async version(stream: StreamName): Promise<number> {
    await this.#turns.next();
    return this.#stream(stream).length;
  }

  async answer(commandId: string): Promise<Answer | null> {
    await this.#turns.next();
    return this.#answers.get(commandId)?.answer ?? null;
  }

  async forget(before: string, limit: number): Promise<number> {
    await this.#turns.next();
    const old = [...this.#answers].filter(([, { at }]) => at < before).slice(0, limit);
    for (const [id] of old) this.#answers.delete(id);
    return old.length;
  }

  onAppend(call: (position: number) => void): () => void {
    const listener = { call };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The position before the first. */
  get start(): number {
    return this.#before;
  }

  /** Of a log without events. */
  set start(position: number) {
    this.#before = position;
  }

  get #head(): number {
    return this.#before + this.#events.length;
  }

  #since(position: number): RecordedEvent[] {
    return this.#events.slice(Math.max(0, position - this.#before));
  }

  #stream(stream: StreamName): readonly RecordedEvent[] {
    return this.#streams.get(idOfStream(stream)) ?? [];
  }

  /** Why a commit is not accepted, in the order of the contract; null where it is. */
  #objection(commit: Commit): Outcome | null {
    const first = commit.command && this.#answers.get(commit.command.id);
    if (first) return { kind: "duplicate", answer: first.answer };
    if (this.#stream(commit.stream).length !== commit.expectedVersion) return { kind: "conflict" };
    if (commit.ahead && !this.#isOfItsLine(commit)) return { kind: "conflict" };
    if (!commit.conditions.every((condition) => this.#holds(condition))) return { kind: "conflict" };
    const taken = commit.unique.find(
      ({ index, claim }) => claim !== null && this.#isTaken(commit, index, claim),
    );
    return taken ? { kind: "taken", index: taken.index } : null;
  }

  #isOfItsLine({ stream, line }: Commit): boolean {
    return line !== undefined && this.#lines.get(idOfStream(stream)) === line;
  }

  #holds(condition: Condition): boolean {
    if (condition.kind === "version") return this.#stream(condition.stream).length === condition.version;
    const { tenant, entities, after } = condition;
    return !this.#since(after).some(
      ({ stream }) => stream.tenant === tenant && entities.includes(stream.entity),
    );
  }

  #isTaken({ stream }: Commit, index: string, claim: string): boolean {
    const holder = this.#holders.get(idOf(stream.tenant, index, claim));
    return holder !== undefined && holder !== idOfStream(stream);
  }

  #accept(commit: Commit): Outcome {
    for (const event of commit.events) this.#record(commit, event);
    const version = commit.expectedVersion + commit.events.length;
    if (commit.events.length > 0) this.#draw(commit);
    if (commit.state !== null) this.#states.keep(commit.stream, version, commit.state);
    this.#hold(commit);
    this.#remember(commit, version);
    return { kind: "accepted", version, position: this.#head };
  }

  #record({ stream, at, actor, trace }: Commit, { type, data }: NewEvent): void {
    const version = this.#stream(stream).length + 1;
    const position = this.#head + 1;
    const event = { type, data, stream, version, position, at, actor, trace };
    this.#add(event);
  }

  #add(event: RecordedEvent): void {
    const id = idOfStream(event.stream);
    const events = this.#streams.get(id) ?? [];
    this.#streams.set(id, events);
    events.push(event);
    this.#events.push(event);
  }

  #draw({ stream, line }: Commit): void {
    if (line) this.#lines.set(idOfStream(stream), line);
    else this.#lines.delete(idOfStream(stream));
  }

  /** Releases before claims, so that two values can be exchanged. */
  #hold({ stream, unique }: Commit): void {
    const holder = idOfStream(stream);
    for (const { index, release } of unique) {
      if (release === null) continue;
      const value = idOf(stream.tenant, index, release);
      if (this.#holders.get(value) === holder) this.#holders.delete(value);
    }
    for (const { index, claim } of unique)
      if (claim !== null) this.#holders.set(idOf(stream.tenant, index, claim), holder);
  }

  #remember({ command, stream, events, at }: Commit, version: number): void {
    if (!command) return;
    const { id, fingerprint, refusal } = command;
    const answer = { stream, version, position: this.#head, events: events.length, fingerprint, refusal };
    this.#answers.set(id, { answer, at });
  }
}

/** The first events that fit a page; one always does. */
function page(events: readonly RecordedEvent[], limit: number): readonly RecordedEvent[] {
  let length = 0;
  let end = 0;
  while (end < Math.min(limit, events.length)) {
    length += events[end]!.data.length;
    if (length > PAGE_MAX && end > 0) break;
    end++;
  }
  return events.slice(0, end);
}
