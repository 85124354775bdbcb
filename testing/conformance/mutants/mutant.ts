/** The reference store with one fault, made by replacing one piece of its source. */
export interface Mutant {
  readonly fault: string;
  /** Of `stores/memory`. */
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** The group of cases that must notice. */
  readonly about: string;
}

/** Names the group of cases that must notice, the fault, and the piece of source with what replaces it. */
type Fault = readonly [about: string, fault: string, from: string, to: string];

/** Mutants of one file. */
export function mutants(file: string, faults: readonly Fault[]): readonly Mutant[] {
  return faults.map(([about, fault, from, to]) => ({ about, fault, file, from, to }));
}
