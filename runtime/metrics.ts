import type { Metric, Sample } from "@plinth/ports";

/** Counts by the value of one label, and within each by the value of the next. */
class Branch {
  readonly branches = new Map<string, Branch>();
  value = 0;

  branch(label: string): Branch {
    const known = this.branches.get(label);
    if (known) return known;
    const branch = new Branch();
    this.branches.set(label, branch);
    return branch;
  }
}

/** A count that only grows, by labels. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #root = new Branch();

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
  }

  /** One more, of these values of the labels. They come from the model and closed lists alone: their number is bounded. */
  add(...values: readonly string[]): void {
    let branch = this.#root;
    for (const value of values) branch = branch.branch(value);
    branch.value += 1;
  }

  read(): Metric {
    const samples = [...this.#samples(this.#root, [])];
    return { type: "counter", name: this.#name, help: this.#help, samples };
  }

  *#samples({ branches, value }: Branch, values: readonly string[]): Iterable<Sample> {
    const labels = Object.fromEntries(values.map((label, index) => [this.#labels[index]!, label]));
    if (values.length === this.#labels.length) yield { labels, value };
    for (const [label, branch] of branches) yield* this.#samples(branch, [...values, label]);
  }
}

/** How observations are distributed over bounds. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    this.#sum += value;
    for (let index = 0; index < this.#bounds.length; index++)
      if (value <= this.#bounds[index]!) this.#counts[index]! += 1;
    this.#counts[this.#bounds.length]! += 1;
  }

  read(): Metric {
    const distributions = [{ labels: {}, counts: [...this.#counts], sum: this.#sum }];
    return { type: "histogram", name: this.#name, help: this.#help, bounds: this.#bounds, distributions };
  }
}

/** A value as it is now. */
export function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { type: "gauge", name, help, samples };
}

/** A count that is kept elsewhere. */
export function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { type: "counter", name, help, samples };
}
