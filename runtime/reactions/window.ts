/** Which events are being worked on, and so how far everything is done. */
export class Window {
  /** In ascending order, as they came. */
  readonly #unfinished = new Set<number>();
  #seen: number;

  constructor(position: number) {
    this.#seen = position;
  }

  /** How many events are not finished. */
  get size(): number {
    return this.#unfinished.size;
  }

  /** Takes note that the log was read up to a position. */
  see(position: number): void {
    this.#seen = Math.max(this.#seen, position);
  }

  begin(position: number): void {
    this.see(position);
    this.#unfinished.add(position);
  }

  finish(position: number): void {
    this.#unfinished.delete(position);
  }

  /** The position up to which everything is finished, if those of `but` were. */
  finishedBut(but: { has(position: number): boolean }): number {
    for (const position of this.#unfinished) if (!but.has(position)) return position - 1;
    return this.#seen;
  }
}
