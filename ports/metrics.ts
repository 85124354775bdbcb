/** One number with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram's counts for one set of labels. */
export interface Distribution {
  readonly labels: Readonly<Record<string, string>>;
  /** Observations at or below each bound of the metric; the last count is of all. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** A metric as it stands. Names are snake_case and end in their unit (`_seconds`, `_bytes`) or `_total`. */
export type Metric =
  | {
      readonly type: "counter" | "gauge";
      readonly name: string;
      readonly help: string;
      readonly samples: readonly Sample[];
    }
  | {
      readonly type: "histogram";
      readonly name: string;
      readonly help: string;
      readonly bounds: readonly number[];
      readonly distributions: readonly Distribution[];
    };
