import type { Reactor } from "@plinth/model";
import type { LogEvent } from "../tail.ts";
import { Attempt, type Ending, type HandlerParts } from "./attempt.ts";
import { Slots } from "./slots.ts";

/** Runs a reactor's handlers, so many at once, until it is closed. */
export class Handlers {
  readonly #reactor: Reactor;
  readonly #parts: HandlerParts;
  readonly #slots: Slots;
  readonly #running = new Set<Attempt>();
  #closed = false;

  constructor(reactor: Reactor, parts: HandlerParts, max: number) {
    this.#reactor = reactor;
    this.#parts = parts;
    this.#slots = new Slots(max);
  }

  /** Tries to handle an event, as soon as there is a slot. Never rejects. */
  run(event: LogEvent, attempt: number): Promise<Ending> {
    return this.#slots.run(async () => {
      if (this.#closed) return "cut";
      const running = new Attempt(this.#parts, this.#reactor, event, attempt);
      this.#running.add(running);
      const ending = await running.run();
      this.#running.delete(running);
      return ending;
    });
  }

  /** Lets no further handler begin; those that run go on. */
  close(): void {
    this.#closed = true;
  }

  /** Ends those that run, now. */
  cut(): void {
    for (const attempt of this.#running) attempt.cut();
  }
}
