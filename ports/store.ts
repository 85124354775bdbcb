import type { StreamName } from "@plinth/model";
import type { Json } from "./json.ts";
import type { Parks } from "./parks.ts";
import type { Checkpoint, Subscriptions } from "./subscriptions.ts";
import type { Transfer } from "./transfer.ts";

/**
 * Where everything is kept: the log of commits, and what subscriptions make of it. Every adapter keeps the
 * promises written here; `@plinth/testing` proves them with one suite. JSON travels as text: a store keeps
 * it and gives it back unchanged. All methods reject with PlinthError `unavailable` where the store cannot
 * answer now; nothing was changed then, but for `append`, whose outcome is then unknown and is asked for by
 * command id.
 */
export interface Store {
  readonly log: Log;
  readonly states: States;
  readonly rows: Rows;
  readonly generations: Generations;
  readonly subscriptions: Subscriptions;
  readonly parks: Parks;
  readonly transfer: Transfer;
  /** Null where the store has no online backup of its own. */
  readonly backup: Backup | null;
  /** Null where the store cannot tell cheaply. */
  readonly revision: Revision | null;
  /**
   * Resolves when the store can read and write; rejects with what is wrong, in words, also where another call has
   * rejected with `unavailable` since the last check: so who checks regularly can tell for all.
   */
  check(): Promise<void>;
  /** Finishes what was begun, then closes. All else rejects with `unavailable` then; closing twice is harmless. */
  close(): Promise<void>;
}

/** An event before it has a position. */
export interface NewEvent {
  /** Entity and event name: `account.deposited`. */
  readonly type: string;
  readonly data: Json;
}

/** An event of the log. */
export interface RecordedEvent extends NewEvent {
  /** Place in the log, gap-free from 1, beyond 2^32. */
  readonly position: number;
  readonly stream: StreamName;
  /** Place in the stream, gap-free from 1. */
  readonly version: number;
  /**
   * The time of day at which it was decided: ISO 8601 in UTC, as the commit gave it. May be before that of earlier events,
   * for clocks are set back: positions tell the order.
   */
  readonly at: string;
  readonly actor: string;
  /** W3C traceparent of the request, or null. */
  readonly trace: string | null;
}

/** The record that a command id takes effect once. */
export interface CommandRecord {
  /** Unique in the whole store; compared byte by byte; at most 512 characters. */
  readonly id: string;
  /** Tells another payload under the same id from a repeat. */
  readonly fingerprint: string;
  /** The domain's no, kept as the first answer; null where the command was accepted. */
  readonly refusal: Json | null;
}

/**
 * A value that one stream of a tenant holds alone. A commit's releases take effect before its claims; to
 * release what another holds changes nothing, to claim what the stream holds already is granted.
 */
export interface UniqueChange {
  /** Entity and name of the unique value: `account.email`. */
  readonly index: string;
  /** The value given up, or null. */
  readonly release: string | null;
  /** The value taken, or null. */
  readonly claim: string | null;
}

/** What must still be true when the commit is judged. */
export type Condition =
  /** The stream still has this version (0: no event). */
  | { readonly kind: "version"; readonly stream: StreamName; readonly version: number }
  /** No event of these entities in this tenant after this position. */
  | {
      readonly kind: "unchanged";
      readonly tenant: string;
      readonly entities: readonly string[];
      readonly after: number;
    };

/** One decision to be made durable: everything in it becomes visible together or not at all. */
export interface Commit {
  readonly stream: StreamName;
  /** The version that was decided on; 0 for a stream without events. */
  readonly expectedVersion: number;
  /**
   * Who decides commits one upon the other, without waiting for the one before to be judged, gives them one object as
   * their line. Such a commit is `ahead`, and is a conflict too unless the stream's last commit with events is known to
   * be of its line: where the one before has fallen, another may have taken the version that it was to have.
   */
  readonly line?: object;
  readonly ahead?: boolean;
  /** May be empty: a refusal, or nothing to do. The version is verified all the same. */
  readonly events: readonly NewEvent[];
  /** The state after the events, kept as a row; null leaves what is kept. */
  readonly state: Json | null;
  readonly command: CommandRecord | null;
  readonly unique: readonly UniqueChange[];
  readonly conditions: readonly Condition[];
  readonly at: string;
  readonly actor: string;
  readonly trace: string | null;
}

/** What was answered to a command id the first time. */
export interface Answer {
  readonly stream: StreamName;
  /** Version of the stream after the command. */
  readonly version: number;
  /** Position of its last event; the head of the log at that time where it had none. */
  readonly position: number;
  /** How many events it committed. */
  readonly events: number;
  readonly fingerprint: string;
  readonly refusal: Json | null;
}

/**
 * What became of one commit. Judged in this order: `duplicate` (the command id was seen before, in the
 * store or earlier in the batch, whatever its fingerprint), `conflict` (version or condition), `taken`.
 * Only what is accepted leaves a trace: after a conflict the command id is still unseen.
 */
export type Outcome =
  | { readonly kind: "accepted"; readonly version: number; readonly position: number }
  | { readonly kind: "duplicate"; readonly answer: Answer }
  | { readonly kind: "conflict" }
  | { readonly kind: "taken"; readonly index: string };

/** A stretch of the log. */
export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** How far the log was read: also past events that the filter left out; never less than `after`. */
  readonly position: number;
}

/** The ordered log of commits. */
export interface Log {
  /**
   * Commits a batch in the order given, in one transaction, each commit judged by itself after those before
   * it. Resolves after everything accepted is durable. One outcome per commit, in the same order. Rejects
   * with `invalid_argument`, having changed nothing, where a commit fails `checkCommit`: callers check it
   * before they gather a batch, so that none spoils another's.
   */
  append(batch: readonly Commit[]): Promise<readonly Outcome[]>;
  /** The last position; for an empty log the one before its first, which is 0 by default. */
  head(): Promise<number>;
  /**
   * Events after a position in ascending order, at most `limit` and about 8 MiB of them, but one at least
   * where there is one; with `entities`, only theirs, and a page may then end anywhere: go on until its position
   * no longer moves. Who has read up to p never finds a new event at or
   * below p later.
   */
  read(query: LogQuery): Promise<LogPage>;
  /** Events of one stream after a version, ascending, at most `limit` and about 8 MiB, but one at least. */
  readStream(stream: StreamName, afterVersion: number, limit: number): Promise<readonly RecordedEvent[]>;
  /** Version of a stream; 0 where it has no event. */
  version(stream: StreamName): Promise<number>;
  /** The first answer to a command id, or null. */
  answer(commandId: string): Promise<Answer | null>;
  /** Forgets command ids of commits whose `at` is before this time, at most `limit`; resolves to how many. */
  forget(before: string, limit: number): Promise<number>;
  /**
   * Calls after commits with a position that the log has reached, as a hint to look at it; may be late, may be missing
   * (another process wrote), so readers poll beside it. Returns how to stop.
   */
  onAppend(listener: (position: number) => void): () => void;
}

/** Which stretch of the log to read. */
export interface LogQuery {
  readonly after: number;
  readonly limit: number;
  readonly entities?: readonly string[];
}

/** A comparison of one field with a value. A null or missing field equals null and is in no other relation. */
export interface Filter {
  readonly field: string;
  readonly op: "eq" | "gt" | "gte" | "lt" | "lte";
  readonly value: FieldValue;
}

/** What fields are filtered and sorted by. Text is compared by code point; null sorts first. */
export type FieldValue = string | number | boolean | null;

/** One page of a list: keyset pagination, stable while rows are written. */
export interface ListQuery {
  readonly filters: readonly Filter[];
  /** Sorted by these, then by key ascending. */
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[];
  /** The sort values and the key of the last row of the page before. */
  readonly after: { readonly values: readonly FieldValue[]; readonly key: string } | null;
  readonly limit: number;
}

/** A stored state. */
export interface StoredState {
  readonly id: string;
  readonly version: number;
  readonly state: Json;
}

/** The stored states of entities, written by `append` alone. */
export interface States {
  get(stream: StreamName): Promise<StoredState | null>;
  list(tenant: string, entity: string, query: ListQuery): Promise<readonly StoredState[]>;
  /** Makes the fields of an entity's stored state quick to filter and sort by. Repeatable. */
  index(entity: string, fields: readonly string[]): Promise<void>;
}

/** One build of a view: `balances`, generation 2. */
export interface TableName {
  readonly view: string;
  readonly generation: number;
}

/** A row of a view. */
export interface Row {
  readonly key: string;
  readonly row: Json;
  /** Position of the event that it was last changed by. */
  readonly position: number;
}

/** A row to write; `row: null` removes it. */
export interface RowChange {
  readonly tenant: string;
  readonly key: string;
  readonly row: Json | null;
  readonly position: number;
}

/**
 * How far a copy of the store that lags must have come to answer a read: the checkpoints of all these shards of a
 * subscription are at the position at least.
 */
export interface Reached {
  readonly subscription: string;
  readonly shards: number;
  readonly position: number;
}

/**
 * Rows of views, one table per generation. All is read as of now. A read that says what must be reached may be answered as
 * of any moment at which it was; as of now fulfils that too, and a store without copies needs no such thing.
 */
export interface Rows {
  /** Makes the table where it is missing, with an index per field. Repeatable. */
  create(table: TableName, fields: readonly string[]): Promise<void>;
  /** Removes the table and its rows. */
  drop(table: TableName): Promise<void>;
  get(table: TableName, tenant: string, key: string, reached?: Reached): Promise<Row | null>;
  /** The rows of these keys as of one moment, in the order asked, null where there is none. */
  getMany(
    table: TableName,
    keys: readonly { tenant: string; key: string }[],
  ): Promise<readonly (Row | null)[]>;
  list(table: TableName, tenant: string, query: ListQuery, reached?: Reached): Promise<readonly Row[]>;
  /** Every row of every tenant in ascending (tenant, key) order, for comparing two tables. */
  scan(
    table: TableName,
    after: { tenant: string; key: string } | null,
    limit: number,
  ): Promise<readonly (Row & { readonly tenant: string })[]>;
  /**
   * Writes rows, in order, and the checkpoint of their subscription together.
   * Resolves to false, having changed nothing, where the lease is no longer the owner's.
   */
  write(table: TableName, changes: readonly RowChange[], checkpoint: Checkpoint): Promise<boolean>;
}

/**
 * A build of a view. `building`: not yet read by anyone. `live`: answers reads, one per view. `previous`: was live,
 * kept in step so that it can be switched back to.
 */
export interface Generation extends TableName {
  readonly status: "building" | "live" | "previous";
  /** Of the view's definition that it is built by. */
  readonly fingerprint: string;
}

/** Which generations of each view there are. */
export interface Generations {
  list(): Promise<readonly Generation[]>;
  /** Adds one as `building`, numbered one above the highest number ever used for the view (from 1). */
  add(view: string, fingerprint: string): Promise<Generation>;
  /**
   * Atomically: this one becomes `live`, the live one `previous`, an older `previous` one is removed from the
   * list. Nothing happens where it is live already; rejects with `not_found` where it is not on the list.
   */
  activate(table: TableName): Promise<void>;
  /** Takes one off the list; rejects with `invalid_argument` where it is live. */
  remove(table: TableName): Promise<void>;
}

/**
 * A consistent copy of the whole store while it is in use, written to a new file; rejects where it exists.
 * Reports how much is done, from 0 to 1.
 */
export type Backup = (path: string, onProgress?: (done: number) => void) => Promise<void>;

/**
 * A number that is another one after anything in the store has changed: what was read after it was asked for holds as
 * long as it is the same. Who was told of a change never gets a number from before it; a change of another process may be
 * seen a turn of the event loop later. Throws PlinthError as reads reject.
 */
export type Revision = () => number;
