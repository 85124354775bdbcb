import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { generator } from "./load.ts";

/** One thing measured, once a round. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** A figure that must be reached: at least, or at most. */
export interface Goal {
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What one benchmark has found. */
export interface Report {
  readonly name: string;
  /** What was compared with what, in a sentence. */
  readonly what: string;
  readonly figures: readonly Figure[];
  readonly goals: readonly Goal[];
}

/** Prints a table with medians and spread, and writes the same as JSON to bench/results. */
export async function publish(report: Report): Promise<void> {
  console.log(`\n${report.name}: ${report.what}`);
  const rows = report.figures.map((figure) => ({ ...figure, ...spread(figure.values) }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, unit, min, median, max } of rows)
    console.log(
      `  ${name.padEnd(width)}  ${format(median).padStart(9)} ${unit.padEnd(6)} (${format(min)} to ${format(max)})`,
    );
  for (const goal of report.goals) console.log(`  ${verdict(goal, rows)}`);
  await mkdir(new URL("results/", import.meta.url), { recursive: true });
  const file = new URL(`results/${report.name}.json`, import.meta.url);
  await writeFile(file, `${JSON.stringify({ ...report, figures: rows, machine: machine() }, null, 2)}\n`);
}

/** Where this was measured. */
export function machine(): Record<string, string | number> {
  const commit = execFileSync("git", ["describe", "--always", "--dirty"]).toString().trim();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB,
    node: process.version,
    load: generator(),
    commit,
  };
}

/** Smallest, middle and largest of the values. */
export function spread(values: readonly number[]): { min: number; median: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}

function verdict(
  { figure, atLeast, atMost }: Goal,
  rows: readonly { name: string; median: number }[],
): string {
  const { median } = rows.find(({ name }) => name === figure)!;
  const reached = (atLeast === undefined || median >= atLeast) && (atMost === undefined || median <= atMost);
  const goal = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return `${reached ? "reached" : "MISSED "}  ${figure}: ${format(median)}, goal ${goal}`;
}

function format(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}
