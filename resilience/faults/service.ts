import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Served, served } from "../served.ts";

type Variables = Readonly<Record<string, string>>;

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The smallest service, in a process of its own, on the database file of a folder; behind a program where one is given. */
export function serveAccounts(folder: string, behind = "", variables: Variables = {}): Promise<Served> {
  const command = `plinth serve examples/accounts --port 0 --store sqlite:${folder}/app.db`;
  return served(root, `${behind} ${command}`.trim(), { PLINTH_LOG: "json", ...variables });
}

/** Ends a service that may have ended already. */
export async function end(service: Served): Promise<void> {
  const isRunning = await Promise.race([service.ended.then(() => false), wait(10).then(() => true)]);
  if (isRunning) await service.kill();
}

export interface Readiness {
  readonly status: number;
  readonly reasons: readonly string[];
}

export async function readiness(url: string): Promise<Readiness> {
  const live = await fetch(`${url}/health/live`);
  assert.equal(live.status, 200, "a restart does not help: the process says that it lives");
  await live.arrayBuffer();
  const response = await fetch(`${url}/health/ready`);
  const { reasons } = (await response.json()) as { reasons: string[] };
  return { status: response.status, reasons };
}

/** Resolves when readiness has this status, to its reasons and how long it took, in milliseconds. */
export async function until(url: string, status: number, maxMs: number) {
  const began = performance.now();
  for (;;) {
    const now = await readiness(url);
    const ms = Math.round(performance.now() - began);
    if (now.status === status) return { ...now, ms };
    assert.ok(ms < maxMs, `readiness is ${now.status} after ${ms} ms: ${now.reasons.join(" ")}`);
    await wait(20);
  }
}

/** A line of the service's log. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly error?: string;
}

/** The lines of a service's log, but for what it says of its start. */
export function linesOf(service: Served): readonly Line[] {
  return service
    .printed()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);
}

/** Warnings and errors, and that it is over. */
export function complaints(service: Served): readonly Line[] {
  return linesOf(service).filter(({ level, message }) => level !== "info" || /again/.test(message));
}
