import type { LogEvent } from "../tail.ts";
import type { Failure } from "./failure.ts";
import type { Handlers } from "./handlers.ts";

/** What becomes of events. */
export interface LaneOutcomes {
  handled(event: LogEvent): void;
  /** An event has failed; those that came after it in its lane have not been tried. */
  failed(key: string, event: LogEvent, failure: Failure, after: readonly LogEvent[]): void;
}

/** Events in memory, one lane per key: in order within, side by side otherwise. */
export class Lanes {
  readonly #handlers: Handlers;
  readonly #outcomes: LaneOutcomes;
  readonly #lanes = new Map<string, LogEvent[]>();
  readonly #spawn: (task: Promise<void>) => void;

  constructor(handlers: Handlers, outcomes: LaneOutcomes, spawn: (task: Promise<void>) => void) {
    this.#handlers = handlers;
    this.#outcomes = outcomes;
    this.#spawn = spawn;
  }

  add(key: string, event: LogEvent): void {
    const lane = this.#lanes.get(key);
    if (lane) {
      lane.push(event);
      return;
    }
    const begun = [event];
    this.#lanes.set(key, begun);
    this.#spawn(this.#work(key, begun));
  }

  /** Works on a lane until it is empty, one of its events fails, or everything ends. */
  async #work(key: string, lane: LogEvent[]): Promise<void> {
    for (let event = lane[0]; event; event = lane[0]) {
      const ending = await this.#handlers.run(event, 1);
      if (ending === "cut") return;
      lane.shift();
      if (ending !== "handled") {
        this.#lanes.delete(key);
        this.#outcomes.failed(key, event, ending, lane);
        return;
      }
      this.#outcomes.handled(event);
    }
    this.#lanes.delete(key);
  }
}
