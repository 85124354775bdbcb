import type { Metric } from "@plinth/ports";
import { Gate } from "./gate.ts";

const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What was answered on one route by one method. */
export class Lane {
  /** Method and pattern of the path: `POST /accounts/{id}/deposit`. */
  readonly name: string;
  readonly labels: { readonly method: string; readonly route: string };
  /** Answers by status. */
  readonly statuses = new Float64Array(600);
  /** Answers by the first bound that holds their duration; not cumulative. */
  readonly durations = new Float64Array(BOUNDS_S.length + 1);
  seconds = 0;
  /** How many of its requests may be at work. */
  readonly gate: Gate;

  constructor(method: string, route: string, lateMs: number) {
    this.gate = new Gate(lateMs);
    this.name = `${method} ${route}`;
    this.labels = { method, route };
  }

  /** Counts one answer. `ms` is how long it took, from its headers to the end of its handling. */
  count(status: number, ms: number): void {
    const seconds = ms / 1000;
    this.statuses[status]!++;
    this.seconds += seconds;
    let at = 0;
    while (at < BOUNDS_S.length && seconds > BOUNDS_S[at]!) at++;
    this.durations[at]!++;
  }
}

/** Lanes by what handles their requests: a closed set, so that clients cannot grow it. */
export class Traffic {
  readonly #lanes = new Map<object, Lane>();
  /** What no handler was found for. */
  readonly missing: Lane;
  readonly #lateMs: number;

  /** `lateMs` is how long a request may be at work before there are too many of them. */
  constructor(lateMs: number) {
    this.#lateMs = lateMs;
    this.missing = new Lane("", "", lateMs);
  }

  /** The lane of a handler. HEAD goes with GET. */
  lane(handler: object, method: string, route: string): Lane {
    const known = this.#lanes.get(handler);
    if (known) return known;
    const lane = new Lane(method, route, this.#lateMs);
    this.#lanes.set(handler, lane);
    return lane;
  }

  /** The counts as metrics. */
  metrics(): Metric[] {
    const lanes = [...this.#lanes.values(), this.missing];
    return [
      {
        type: "counter",
        name: "plinth_http_requests_total",
        help: "Requests answered, by route, method and status.",
        samples: lanes.flatMap(({ labels, statuses }) =>
          [...statuses].flatMap((value, status) =>
            value > 0 ? [{ labels: { ...labels, status: String(status) }, value }] : [],
          ),
        ),
      },
      {
        type: "histogram",
        name: "plinth_http_request_duration_seconds",
        help: "Time from the headers of a request to the end of its handling.",
        bounds: BOUNDS_S,
        distributions: lanes.map(({ labels, durations, seconds }) => ({
          labels,
          counts: cumulative(durations),
          sum: seconds,
        })),
      },
    ];
  }
}

function cumulative(counts: Float64Array): number[] {
  let total = 0;
  return Array.from(counts, (count) => {
    total += count;
    return total;
  });
}

/** A number that is as it is. */
export function gauge(name: string, help: string, value: number): Metric {
  return { type: "gauge", name, help, samples: [{ labels: {}, value }] };
}
