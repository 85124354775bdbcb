import type { Metric, Sample } from "@plinth/ports";

type Labels = Readonly<Record<string, string>>;

/** A count that only grows, by labels. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #counts = new Map<string, { labels: Labels; value: number }>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  /** Label values come from the model and the closed list of codes alone: their number is bounded. */
  add(labels: Labels, by = 1): void {
    const key = Object.values(labels).join("\0");
    const known = this.#counts.get(key);
    if (known) known.value += by;
    else this.#counts.set(key, { labels, value: by });
  }

  read(): Metric {
    return { type: "counter", name: this.#name, help: this.#help, samples: [...this.#counts.values()] };
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
