import type { Revision } from "@plinth/ports";

/** What was found, and the position that it was asked to have reached at least. */
interface Found {
  readonly value: unknown;
  readonly reached: number;
}

/** A read on its way, and the revision at which it was begun. */
interface Reading {
  readonly revision: number;
  readonly value: Promise<unknown>;
}

/** What an entry costs beside its texts, as characters. */
const ENTRY_CHARACTERS = 200;

/**
 * What reads have found, kept for as long as nothing in the store has changed: its revision is asked for at every
 * read. Bounded by characters; nothing is kept of a store that has no revision.
 *
 * It is kept by what was read from, which is the same object every time, and by its name there, so that no string has to
 * be put together for a look-up.
 */
export class Fresh {
  readonly #revision: Revision;
  readonly #charactersMax: number;
  readonly #found = new Map<object, Map<string, Found>>();
  readonly #reading = new Map<object, Map<string, Reading>>();
  #of: number;
  #characters = 0;

  constructor(revision: Revision | null, charactersMax: number) {
    let changes = 0;
    this.#revision = revision ?? (() => ++changes);
    this.#charactersMax = charactersMax;
    this.#of = Number.NaN;
  }

  /** The value that is known to be as the store has it now, and to have reached the position; undefined where none is. */
  known<Value>(from: object, name: string, atLeast: number): Value | undefined {
    if (this.#revision() !== this.#of) return undefined;
    const found = this.#found.get(from)?.get(name);
    return found && found.reached >= atLeast ? (found.value as Value) : undefined;
  }

  /**
   * Reads the value, and keeps it unless something changes meanwhile. `length` is that of its text. Who asks for the same
   * while nothing has changed waits for the same read, unless it has a position to wait for: its time for that is its own.
   */
  read<Value>(
    from: object,
    name: string,
    atLeast: number,
    find: () => Promise<Value>,
    length: (value: Value) => number,
  ): Promise<Value> {
    const revision = this.#revision();
    if (atLeast > 0) return this.#find(revision, from, name, atLeast, find, length);
    const begun = this.#reading.get(from)?.get(name);
    if (begun?.revision === revision) return begun.value as Promise<Value>;
    const value = this.#find(revision, from, name, atLeast, find, length);
    const reading = { revision, value };
    within(this.#reading, from).set(name, reading);
    const end = (): void => {
      const readings = this.#reading.get(from);
      if (readings?.get(name) === reading) readings.delete(name);
      if (readings?.size === 0) this.#reading.delete(from);
    };
    value.then(end, end);
    return value;
  }

  async #find<Value>(
    revision: number,
    from: object,
    name: string,
    atLeast: number,
    find: () => Promise<Value>,
    length: (value: Value) => number,
  ): Promise<Value> {
    const value = await find();
    if (this.#revision() !== revision) return value;
    if (revision !== this.#of) this.#begin(revision);
    this.#keep(from, name, { value, reached: atLeast }, name.length + length(value) + ENTRY_CHARACTERS);
    return value;
  }

  #begin(revision: number): void {
    this.#found.clear();
    this.#characters = 0;
    this.#of = revision;
  }

  #keep(from: object, name: string, found: Found, characters: number): void {
    if (this.#characters + characters > this.#charactersMax) this.#begin(this.#of);
    if (characters > this.#charactersMax) return;
    within(this.#found, from).set(name, found);
    this.#characters += characters;
  }
}

function within<Value>(all: Map<object, Map<string, Value>>, from: object): Map<string, Value> {
  const known = all.get(from);
  if (known) return known;
  const added = new Map<string, Value>();
  all.set(from, added);
  return added;
}
