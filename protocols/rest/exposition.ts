import type { Distribution, Metric } from "@plinth/ports";

/** Media type of the Prometheus text exposition format, version 0.0.4. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics in the Prometheus text exposition format. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics.map(family).join("");
}

function family(metric: Metric): string {
  const lines = [`# HELP ${metric.name} ${escaped(metric.help)}`, `# TYPE ${metric.name} ${metric.type}`];
  if (metric.type === "histogram")
    for (const distribution of metric.distributions) lines.push(...buckets(metric, distribution));
  else for (const { labels, value } of metric.samples) lines.push(line(metric.name, labels, value));
  return `${lines.join("\n")}\n`;
}

function buckets({ name, bounds }: { name: string; bounds: readonly number[] }, one: Distribution): string[] {
  const lines = [...bounds, Number.POSITIVE_INFINITY].map((bound, at) =>
    line(`${name}_bucket`, { ...one.labels, le: number(bound) }, one.counts[at] ?? 0),
  );
  lines.push(line(`${name}_sum`, one.labels, one.sum));
  lines.push(line(`${name}_count`, one.labels, one.counts.at(-1) ?? 0));
  return lines;
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(
    ([key, text]) => `${key}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${number(value)}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
