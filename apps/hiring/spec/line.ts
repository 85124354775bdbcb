import type { Passage } from "./passage.ts";
import type { Span } from "./quote.ts";
import type { Topic } from "./topic.ts";

/** A line of the document and the part of the document that it belongs to. */
export interface Line {
  readonly kind: "prose" | "item" | "field";
  /** Null under a heading whose words announce nothing known. */
  readonly topic: Topic | null;
  /** The nearest heading or lead-in above; where it stands tells the groups of lines apart. */
  readonly heading: { readonly text: string; readonly span: Span } | null;
  /** The label of a field, the bold lead of an item, the first cell of a row; "" if none. */
  readonly label: string;
  readonly passage: Passage;
  readonly span: Span;
}
