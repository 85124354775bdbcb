import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { generator } from "./load.ts";
import type { Report } from "./report.ts";
import { spread } from "./statistics.ts";
import { format, verdictOf } from "./table.ts";

/** Prints a table with medians and spread, and writes the same as JSON to bench/results. */
export async function publish(report: Report): Promise<void> {
  console.log(`\n${report.name}: ${report.what}`);
  const rows = report.figures.map((figure) => ({ ...figure, ...spread(figure.values) }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, unit, min, median, max } of rows)
    console.log(
      `  ${name.padEnd(width)}  ${format(median).padStart(9)} ${unit.padEnd(6)} (${format(min)} to ${format(max)})`,
    );
  for (const goal of report.goals) {
    const { median, reached, bound } = verdictOf(report, goal);
    console.log(`  ${reached ? "reached" : "MISSED "}  ${goal.figure}: ${format(median)}, goal ${bound}`);
  }
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
