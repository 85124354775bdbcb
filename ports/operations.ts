import type { Actor, Service } from "@plinth/model";
import type { Json } from "./json.ts";
import type { Metric } from "./metrics.ts";
import type { Filter } from "./store.ts";

/**
 * What a running service offers to every protocol: one validation, one error list, one set of limits, one
 * identity. Everything rejects with PlinthError, or with RefusedError where the domain says no. Reads answer at once, and
 * throw, where what they ask for is known already.
 */
export interface Operations {
  readonly service: Service;
  /** Decides a command and commits it; resolves when it is durable. */
  run(request: CommandRequest): Promise<CommandReply>;
  /** The state of one entity. Rejects with `not_found`. */
  get(request: GetRequest): StateReply | Promise<StateReply>;
  /** Stored states. Rejects with `not_found` where the entity does not store its state. */
  list(request: ListRequest): ListReply | Promise<ListReply>;
  /** One row of a view. Rejects with `not_found`. */
  row(request: RowRequest): RowReply | Promise<RowReply>;
  /** Rows of a view. */
  rows(request: RowsRequest): ListReply | Promise<ListReply>;
  /**
   * Live changes, beginning with what has changed after `after`, or with what there is now where it is null.
   * Ends when the signal aborts or the service drains. Slow readers get the newest state of what they missed,
   * not every step.
   */
  watch(request: WatchRequest): AsyncIterable<Change>;
  /** Whether to send traffic here, with each reason against it. */
  readiness(): Readiness;
  /** What is measured, as it stands. */
  metrics(): readonly Metric[];
}

/** Who asks, and how long they wait. */
export interface Caller {
  readonly actor: Actor;
  /** W3C traceparent of the request, or null. */
  readonly trace: string | null;
  /** Longest time until the answer, in milliseconds. Beyond it: `deadline_exceeded`. */
  readonly deadlineMs: number;
}

/** A command to run. */
export interface CommandRequest {
  readonly caller: Caller;
  readonly entity: string;
  readonly command: string;
  /** Null where the command makes a new entity. */
  readonly id: string | null;
  /** As it came in: validated here. */
  readonly input: unknown;
  /** The client's `Idempotency-Key`, or null. Unique per actor. */
  readonly idempotencyKey: string | null;
  /** `If-Match`: the version that the client expects, or null. */
  readonly expectedVersion: number | null;
}

/** What a command did. */
export interface CommandReply {
  readonly id: string;
  readonly version: number;
  readonly position: number;
  /** JSON; null where the actor may not read it. */
  readonly state: Json | null;
  /** Whether the entity had no event before. */
  readonly created: boolean;
  /** Whether this is the first answer to a command that came again. */
  readonly repeated: boolean;
}

/** A read that may have to wait. */
export interface ReadRequest {
  readonly caller: Caller;
  /** The position that the answer must have reached; 0 for any. */
  readonly atLeast: number;
}

/** An entity to read. */
export interface GetRequest extends ReadRequest {
  readonly entity: string;
  readonly id: string;
}

/** An entity's state. */
export interface StateReply {
  readonly id: string;
  readonly version: number;
  readonly state: Json;
}

/** Which part of a list. Its filters and its order are not changed any more once it was asked with. */
export interface ListSelection {
  readonly filters: readonly Filter[];
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[];
  /** From the page before, as it was given; null for the first page. */
  readonly cursor: string | null;
  /** 1 to 200. */
  readonly limit: number;
}

/** States to list. */
export interface ListRequest extends ReadRequest, ListSelection {
  readonly entity: string;
}

/** Rows to list. */
export interface RowsRequest extends ReadRequest, ListSelection {
  readonly view: string;
}

/** One page. */
export interface ListReply {
  /** JSON texts: state envelopes `{ id, version, state }` or rows. */
  readonly items: readonly Json[];
  readonly next: string | null;
  /** The position that the rows have at least reached. */
  readonly position: number;
}

/** A row to read. */
export interface RowRequest extends ReadRequest {
  readonly view: string;
  readonly key: string;
}

/** A row. */
export interface RowReply {
  readonly row: Json;
  /** Position of the event that changed it last: its entity tag. */
  readonly position: number;
}

/** What to watch: all of it, or one key or id of it. */
export interface WatchRequest {
  readonly caller: Caller;
  readonly target: { readonly kind: "entity" | "view"; readonly name: string };
  readonly key: string | null;
  readonly filters: readonly Filter[];
  /** The last position that the client has seen, or null. */
  readonly after: number | null;
  readonly signal: AbortSignal;
}

/** Something watched has changed. */
export interface Change {
  readonly position: number;
  /** Key of the row, or id of the entity. */
  readonly key: string;
  /** The row, or the envelope `{ id, version, state }`; null: it is gone, or no longer matches the filters. */
  readonly body: Json | null;
}

/** Whether to send traffic here. */
export interface Readiness {
  readonly ready: boolean;
  /** What is wrong, in words; empty when ready. */
  readonly reasons: readonly string[];
}
