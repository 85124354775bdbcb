import { readdirSync, readFileSync } from "node:fs";
import { type Logger, type Running, run } from "plinth";
import { hiring } from "./hiring.ts";
import { face } from "./pages/face.ts";

const FOLDER = new URL("samples/", import.meta.url);

/** The sample job specs by file name. */
export const samples: ReadonlyMap<string, Buffer> = new Map(
  readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER))]),
);

/** Keeps what went wrong inside. */
export class Faults implements Logger {
  readonly messages: string[] = [];
  info(): void {}
  warn(): void {}
  error(message: string): void {
    this.messages.push(message);
  }
}

/** The service on a store in memory and any free port. */
export async function startHiring(logger: Logger): Promise<{ url: string; running: Running }> {
  const running = await run(hiring, {
    store: "memory:",
    port: 0,
    host: "127.0.0.1",
    protocols: [face],
    signals: false,
    drainMs: 2000,
    logger,
  });
  return { url: running.urls[0]!, running };
}
