import type { Revision } from "@plinth/ports";

/** What was found, and the position that it was asked to have reached at least. */
interface Found {
  readonly value: unknown;
  readonly reached: number;
}

/** What an entry costs beside its texts, as characters. */
const ENTRY_CHARACTERS = 200;

/**
 * What reads have found, kept for as long as nothing in the store has changed: its revision is asked for at every
 * read. Bounded by characters; nothing is kept of a store that has no revision.
 */
export class Fresh {
  readonly #revision: Revision;
  readonly #charactersMax: number;
  readonly #found = new Map<string, Found>();
  #of: number;
  #characters = 0;

  constructor(revision: Revision | null, charactersMax: number) {
    let changes = 0;
    this.#revision = revision ?? (() => ++changes);
    this.#charactersMax = charactersMax;
    this.#of = Number.NaN;
  }

  /**
   * The value, at once where it is known to be as the store has it now and to have reached the position. Else it is
   * read, and kept unless something changes meanwhile. `length` is that of its text.
   */
  read<Value>(
    name: string,
    atLeast: number,
    find: () => Promise<Value>,
    length: (value: Value) => number,
  ): Value | Promise<Value> {
    const found = this.#revision() === this.#of ? this.#found.get(name) : undefined;
    if (found && found.reached >= atLeast) return found.value as Value;
    return this.#read(name, atLeast, find, length);
  }

  async #read<Value>(
    name: string,
    atLeast: number,
    find: () => Promise<Value>,
    length: (value: Value) => number,
  ): Promise<Value> {
    const revision = this.#revision();
    const value = await find();
    if (this.#revision() !== revision) return value;
    if (revision !== this.#of) this.#begin(revision);
    this.#keep(name, { value, reached: atLeast }, name.length + length(value) + ENTRY_CHARACTERS);
    return value;
  }

  #begin(revision: number): void {
    this.#found.clear();
    this.#characters = 0;
    this.#of = revision;
  }

  #keep(name: string, found: Found, characters: number): void {
    if (this.#characters + characters > this.#charactersMax) this.#begin(this.#of);
    if (characters > this.#charactersMax) return;
    this.#found.set(name, found);
    this.#characters += characters;
  }
}
