import type { Goal, Report } from "./report.ts";
import { type Spread, spread } from "./statistics.ts";

/** What came of a goal. */
export interface Verdict extends Spread {
  readonly unit: string;
  readonly reached: boolean;
  /** `at least 0.6`. */
  readonly bound: string;
}

/** Whether the median of a goal's figure reaches it. @throws Error where the report has no such figure. */
export function verdictOf({ name, figures }: Report, { figure, atLeast, atMost }: Goal): Verdict {
  const found = figures.find((one) => one.name === figure);
  if (!found) throw new Error(`${name} has a goal for "${figure}", and no such figure.`);
  const values = spread(found.values);
  const { median } = values;
  const reached = (atLeast === undefined || median >= atLeast) && (atMost === undefined || median <= atMost);
  const bounds = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast.toLocaleString("en")}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost.toLocaleString("en")}`]),
  ];
  return { ...values, unit: found.unit, reached, bound: bounds.join(", ") };
}

/** All goals of these reports as one table, in Markdown. */
export function goalTable(reports: readonly Report[]): string {
  const rows = reports.flatMap((report) => report.goals.map((goal) => rowOf(report, goal)));
  return lines([["bench", "what", "median", "spread", "goal", ""], ...rows]).join("\n");
}

function rowOf(report: Report, goal: Goal): string[] {
  const { min, median, max, unit, bound, reached } = verdictOf(report, goal);
  return [
    `\`${report.name}\``,
    goal.figure,
    `${format(median)} ${unit}`.trim(),
    `${format(min)} to ${format(max)}`,
    bound,
    reached ? "reached" : "**missed**",
  ];
}

/** A table in Markdown; the first row is its head. */
export function lines([head, ...rows]: readonly string[][]): string[] {
  const all = [head!, ...rows];
  const widths = head!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  return [line(head!), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)];
}

/** A number as people read it: thousands apart, three digits below. */
export function format(value: number): string {
  if (value === 0) return "0";
  if (value >= 999.5) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}
