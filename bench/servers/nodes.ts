import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { PlinthError } from "@plinth/ports";
import type { Roles } from "./accounts.ts";

/** Reads the row of an account at a position of the log, once it is there. */
export type Read = (id: string, position: number) => Promise<void>;

/** A node that reads for another. */
export interface ReaderOptions {
  readonly store: string;
  readonly roles: Roles;
  /** Longest wait for a row, in milliseconds. */
  readonly deadlineMs: number;
}

/** What it is asked for. */
export interface ReadRequest {
  readonly number: number;
  readonly id: string;
  readonly position: number;
}

/** What it answers. */
export interface ReadReply {
  readonly number: number;
  readonly found: boolean;
}

/** Starts another process on the same store, which reads when it is told to. */
export async function otherReader(options: ReaderOptions): Promise<{ read: Read; stop(): Promise<void> }> {
  const program = fileURLToPath(new URL("reader.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(options)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const waiting = new Map<number, (found: boolean) => void>();
  let count = 0;
  await once(child, "message");
  child.on("message", ({ number, found }: ReadReply) => waiting.get(number)?.(found));
  const ask = async (id: string, position: number): Promise<void> => {
    count += 1;
    const request: ReadRequest = { number: count, id, position };
    const { promise, resolve } = Promise.withResolvers<boolean>();
    waiting.set(request.number, resolve);
    child.send(request);
    const found = await promise;
    waiting.delete(request.number);
    if (!found) throw new PlinthError("deadline_exceeded", `The other node has no row of ${id} in time.`);
  };
  const stop = async (): Promise<void> => {
    child.disconnect();
    await once(child, "exit");
  };
  return { read: ask, stop };
}
