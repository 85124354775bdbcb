/** How much is measured. */
export interface Scale {
  /** How often each side of a comparison is measured, in turn. */
  readonly rounds: number;
  /** How long one measurement takes, after its warm-up. */
  readonly seconds: number;
  /** How many events the largest log of `growth` has. */
  readonly events: number;
}

/** One thing measured, once a round. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** A figure that must be reached: at least, or at most. */
export interface Goal {
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What one benchmark has found. */
export interface Report {
  readonly name: string;
  /** What was compared with what, in a sentence. */
  readonly what: string;
  readonly figures: readonly Figure[];
  readonly goals: readonly Goal[];
}
