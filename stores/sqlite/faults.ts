import { type Clock, PlinthError } from "@plinth/ports";
import { isDamage } from "./failures.ts";

/** The pause between two inspections is so many times as long as an inspection took: it reads the whole file. */
const PAUSES = 10;

/** Remembers what has failed for the file's sake, for the next check to tell. */
export class Faults {
  readonly #inspect: () => Promise<string | null>;
  readonly #clock: Clock;
  #last: PlinthError | null = null;
  /** Found somewhere in the file: until an inspection of all of it finds none. */
  #damage: PlinthError | null = null;
  #inspecting = false;
  #nextAt = Number.NEGATIVE_INFINITY;

  /** `inspect` looks for damage in the whole file, and resolves to the first that it finds. */
  constructor(inspect: () => Promise<string | null>, clock: Clock) {
    this.#inspect = inspect;
    this.#clock = clock;
  }

  note(failure: PlinthError): void {
    if (failure.code === "unavailable") this.#last = failure;
    if (isDamage(failure)) this.#damage = failure;
  }

  /** The last failure since it was asked for. */
  take(): PlinthError | null {
    const last = this.#last;
    this.#last = null;
    return last;
  }

  /**
   * Damage is over when a view was rebuilt, or when a disk has stopped giving other bytes than were written to it.
   * @throws PlinthError `unavailable` so long as the file is damaged, for all that is known.
   */
  checkDamage(): void {
    const damage = this.#damage;
    if (damage === null) return;
    if (!this.#inspecting && this.#clock.elapsed() >= this.#nextAt) void this.#look(damage);
    throw damage;
  }

  async #look(damage: PlinthError): Promise<void> {
    this.#inspecting = true;
    const began = this.#clock.elapsed();
    // What keeps an inspection from its end is what it looks for.
    const found = await this.#inspect().catch((error: Error) => error.message);
    const end = this.#clock.elapsed();
    this.#inspecting = false;
    this.#nextAt = end + PAUSES * (end - began);
    if (this.#damage !== damage) return;
    this.#damage = found === null ? null : damaged(damage, found);
  }
}

/** The same, and where. */
function damaged({ code, message }: PlinthError, where: string): PlinthError {
  const [first] = message.split(" Found in ");
  return new PlinthError(code, `${first} Found in ${where}.`);
}
