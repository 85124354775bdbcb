export interface LoggedEvent {
  readonly position: number;
  readonly entity: string;
  readonly id: string;
  readonly version: number;
  readonly type: string;
  readonly data: string;
  readonly at: string;
}

export interface KeptRow {
  readonly key: string;
  readonly row: string;
  readonly position: number;
}

export interface Built {
  readonly view: string;
  readonly generation: number;
  readonly status: string;
  readonly rows: readonly KeptRow[];
}

export interface ParkedEvent {
  readonly subscription: string;
  readonly position: number;
  readonly key: string;
  readonly status: string;
  readonly attempts: number;
}

export interface KeptState {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

/** What a store of Plinth holds, all of it at one moment, read by statements that are not Plinth's own. */
export interface Snapshot {
  /** Those after the position that was asked for. */
  readonly events: readonly LoggedEvent[];
  readonly builds: readonly Built[];
  /** Checkpoints by `subscription/shard`. */
  readonly checkpoints: ReadonlyMap<string, number>;
  readonly parked: readonly ParkedEvent[];
  readonly states: readonly KeptState[];
  /** Values that are held unique, with the account that holds each. */
  readonly held: readonly { readonly id: string; readonly value: string }[];
  /** Tables of views, of whatever generation. */
  readonly tables: readonly string[];
}

/** Reads it, with the events after a position. */
export type ReadSnapshot = (after: number) => Promise<Snapshot>;
