/** A piece of a source file, and what is put in its place. */
export interface Replacement {
  /** From the root of the tree. */
  readonly file: string;
  /** There once. */
  readonly from: string;
  readonly to: string;
}
