/** Bounds of one process. Every queue and cache has one. */
export interface RuntimeLimits {
  /** Estimated bytes of the entity cache. */
  readonly cacheBytesMax: number;
  /** Commands that may be under way at once; beyond it: `unavailable`. */
  readonly commandsMax: number;
  /** Most commits of one transaction. */
  readonly batchMax: number;
  /** Events at the end of the log that are kept parsed. */
  readonly tailEventsMax: number;
  /** Characters of data of those events. */
  readonly tailCharactersMax: number;
  /** Characters of what reads have found that are kept until something changes. */
  readonly readsCharactersMax: number;
  /** Longest time until a commit of another process is noticed without a hint, in milliseconds. */
  readonly pollMs: number;
  /** How long a node may be silent before others take over its work, in milliseconds. */
  readonly leaseMs: number;
  /** How long a command id is remembered, in days: longer than any broker redelivers. */
  readonly commandDaysKept: number;
}

/** What is right for a process with a core or two and some hundred megabytes. */
export const DEFAULT_LIMITS: RuntimeLimits = {
  cacheBytesMax: 64 * 1024 * 1024,
  commandsMax: 10_000,
  batchMax: 1000,
  tailEventsMax: 1000,
  tailCharactersMax: 16 * 1024 * 1024,
  readsCharactersMax: 4 * 1024 * 1024,
  pollMs: 250,
  leaseMs: 10_000,
  commandDaysKept: 30,
};
