import type { Metric } from "@plinth/ports";

const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What was answered on one route by one method. */
class Lane {
  readonly labels: { readonly method: string; readonly route: string };
  /** Answers by status. */
  readonly statuses = new Map<number, number>();
  /** Answers by the first bound that holds their duration; not cumulative. */
  readonly durations = new Array<number>(BOUNDS_S.length + 1).fill(0);
  sum = 0;

  constructor(method: string, route: string) {
    this.labels = { method, route };
  }
}

/** Counts answers and how long they took, by route: a closed set, so that clients cannot grow it. */
export class Traffic {
  readonly #lanes = new Map<string, Map<string, Lane>>();

  /** Counts one answer. `ms` is how long it took, from its headers to its end. */
  count(method: string, route: string, status: number, ms: number): void {
    const lane = this.#lanes
      .getOrInsertComputed(route, () => new Map<string, Lane>())
      .getOrInsertComputed(method, () => new Lane(method, route));
    lane.statuses.set(status, (lane.statuses.get(status) ?? 0) + 1);
    const seconds = ms / 1000;
    lane.sum += seconds;
    let at = 0;
    while (at < BOUNDS_S.length && seconds > BOUNDS_S[at]!) at++;
    lane.durations[at]!++;
  }

  /** The counts as metrics. */
  metrics(): Metric[] {
    const lanes = [...this.#lanes.values()].flatMap((methods) => [...methods.values()]);
    return [
      {
        type: "counter",
        name: "plinth_http_requests_total",
        help: "Requests answered, by route, method and status.",
        samples: lanes.flatMap(({ labels, statuses }) =>
          [...statuses].map(([status, value]) => ({ labels: { ...labels, status: String(status) }, value })),
        ),
      },
      {
        type: "histogram",
        name: "plinth_http_request_duration_seconds",
        help: "Time from the headers of a request to the end of its handling.",
        bounds: BOUNDS_S,
        distributions: lanes.map(({ labels, durations, sum }) => ({
          labels,
          counts: cumulative(durations),
          sum,
        })),
      },
    ];
  }
}

function cumulative(counts: readonly number[]): number[] {
  let total = 0;
  return counts.map((count) => {
    total += count;
    return total;
  });
}

/** A number that is as it is. */
export function gauge(name: string, help: string, value: number): Metric {
  return { type: "gauge", name, help, samples: [{ labels: {}, value }] };
}
