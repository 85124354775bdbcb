import type { LogEvent } from "../tail.ts";
import type { Ending } from "./attempt.ts";
import type { Failure } from "./failure.ts";
import type { Handlers } from "./handlers.ts";

/** What becomes of events. */
export interface LaneOutcomes {
  handled(event: LogEvent): void;
  /** An event has failed; those that came after it in its lane have not been tried. */
  failed(key: string, event: LogEvent, failure: Failure, after: readonly LogEvent[]): void;
  /** A lane is given up while its first event is being tried. */
  givenUp(key: string, event: LogEvent, ending: Promise<Ending>, after: readonly LogEvent[]): void;
}

/** Events of one key; the first of them is being tried. */
interface Lane {
  readonly key: string;
  readonly events: LogEvent[];
  ending: Promise<Ending>;
  /** Position of the last event that it held when the lanes were last looked at. */
  held: number;
  isGivenUp: boolean;
}

/** Events in memory, one lane per key: in order within, side by side otherwise. */
export class Lanes {
  readonly #handlers: Handlers;
  readonly #outcomes: LaneOutcomes;
  readonly #lanes = new Map<string, Lane>();
  readonly #spawn: (task: Promise<void>) => void;

  constructor(handlers: Handlers, outcomes: LaneOutcomes, spawn: (task: Promise<void>) => void) {
    this.#handlers = handlers;
    this.#outcomes = outcomes;
    this.#spawn = spawn;
  }

  add(key: string, event: LogEvent): void {
    const known = this.#lanes.get(key);
    if (known) {
      known.events.push(event);
      return;
    }
    const lane = { key, events: [event], ending: this.#handlers.run(event, 1), held: 0, isGivenUp: false };
    this.#lanes.set(key, lane);
    this.#spawn(this.#work(lane));
  }

  /**
   * Gives up the longest of the lanes that have not got through, since this was last called, what they held then:
   * a key that is busy and slow must not hold up all others.
   */
  giveUpSlow(): void {
    let longest: Lane | null = null;
    for (const lane of this.#lanes.values()) {
      const isSlow = lane.events[0]!.position <= lane.held && lane.events.length > 1;
      if (isSlow && lane.events.length > (longest?.events.length ?? 0)) longest = lane;
      lane.held = lane.events.at(-1)!.position;
    }
    if (!longest) return;
    const { key, ending, events } = longest;
    const [first, ...after] = events;
    longest.isGivenUp = true;
    this.#lanes.delete(key);
    this.#outcomes.givenUp(key, first!, ending, after);
  }

  /** Works on a lane until it is empty, one of its events fails, or the lane or everything is given up. */
  async #work(lane: Lane): Promise<void> {
    const { key, events } = lane;
    for (;;) {
      const ending = await lane.ending;
      if (ending === "cut" || lane.isGivenUp) return;
      const event = events.shift()!;
      if (ending !== "handled") {
        this.#lanes.delete(key);
        this.#outcomes.failed(key, event, ending, events);
        return;
      }
      this.#outcomes.handled(event);
      if (!events[0]) break;
      lane.ending = this.#handlers.run(events[0], 1);
    }
    this.#lanes.delete(key);
  }
}
