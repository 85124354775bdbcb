import { type Generation, type Generations, PlinthError, type TableName } from "@plinth/ports";
import type { Turns } from "./turns.ts";

export class MemoryGenerations implements Generations {
  /** The list. */
  kept: readonly Generation[] = [];
  /** The highest number ever used, by view. */
  readonly highest = new Map<string, number>();
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  async list(): Promise<readonly Generation[]> {
    await this.#turns.next();
    return this.kept;
  }

  async add(view: string, fingerprint: string): Promise<Generation> {
    await this.#turns.next();
    const generation = (this.highest.get(view) ?? 0) + 1;
    const added: Generation = { view, generation, status: "building", fingerprint };
    this.highest.set(view, generation);
    this.kept = [...this.kept, added];
    return added;
  }

  async activate(table: TableName): Promise<void> {
    await this.#turns.next();
    const next = this.#find(table);
    if (!next) throw new PlinthError("not_found", `${named(table)} is not on the list.`);
    if (next.status === "live") return;
    this.kept = this.kept.flatMap((one) => {
      if (one === next) return { ...one, status: "live" };
      if (one.view !== table.view || one.status === "building") return one;
      return one.status === "live" ? { ...one, status: "previous" } : [];
    });
  }

  async remove(table: TableName): Promise<void> {
    await this.#turns.next();
    const found = this.#find(table);
    if (found?.status === "live") throw new PlinthError("invalid_argument", `${named(table)} is live.`);
    this.kept = this.kept.filter((one) => one !== found);
  }

  #find({ view, generation }: TableName): Generation | undefined {
    return this.kept.find((one) => one.view === view && one.generation === generation);
  }
}

function named({ view, generation }: TableName): string {
  return `Generation ${generation} of ${view}`;
}
