import type { Line } from "./line.ts";
import { startsWithVerb } from "./verbs.ts";

/** Most items of a list have to begin with a verb for it to be one of duties. */
const share = 0.6;

/** "Duration: 6 months": a list of facts about the job, which has no need of a heading. */
const fact = /^[^:]{1,30}:\s/;

export interface Settled {
  readonly lines: readonly Line[];
  /** The first line of each list whose heading does not say what it is. */
  readonly unclear: readonly Line[];
}

/**
 * Lists below headings that announce nothing known ("Community", "Quality and standards"). A list whose
 * items begin with verbs is one of duties, whatever its heading; any other is left unread.
 */
export function settle(lines: readonly Line[]): Settled {
  const unclear: Line[] = [];
  const groups = Map.groupBy(lines, ({ heading }) => heading);
  const duties = new Set<Line>();
  for (const group of groups.values()) {
    const items = group.filter(({ kind, topic }) => kind === "item" && (topic === null || topic === "about"));
    if (
      items.length === 0 ||
      items.filter(({ passage }) => fact.test(passage.text)).length > items.length / 2
    )
      continue;
    const verbs = items.filter(({ passage }) => startsWithVerb(passage.text)).length;
    if (verbs >= items.length * share) for (const item of items) duties.add(item);
    else if (items[0]!.topic === null) unclear.push(items[0]!);
  }
  return {
    lines: lines.map((line) => (duties.has(line) ? { ...line, topic: "responsibilities" } : line)),
    unclear,
  };
}
