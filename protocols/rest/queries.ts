import type { ListSelection } from "@plinth/ports";
import { type ListFields, selection } from "./query.ts";

/** So many are known, then they are forgotten. */
const QUERIES_MAX = 256;

/** What was made of the queries of a list: most clients ask the same ones again and again. */
export class Queries<Asked> {
  readonly #fields: ListFields;
  readonly #make: (selection: ListSelection, query: string) => Asked;
  readonly #known = new Map<string, Asked>();

  constructor(fields: ListFields, make: (selection: ListSelection, query: string) => Asked) {
    this.#fields = fields;
    this.#make = make;
  }

  /** @throws PlinthError `invalid_argument` for what is no query of this list. */
  read(query: string): Asked {
    const known = this.#known.get(query);
    if (known) return known;
    const asked = this.#make(selection(query, this.#fields), query);
    if (this.#known.size >= QUERIES_MAX) this.#known.clear();
    this.#known.set(query, asked);
    return asked;
  }
}
