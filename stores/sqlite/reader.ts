/** The thread that reads what may take long, so that the calling thread never stands still for it. */
import { parentPort, workerData } from "node:worker_threads";
import { Connection, openToRead } from "./connection.ts";
import { failureOf, sendable } from "./failures.ts";
import { READS } from "./reads.ts";
import type { Call, Reply } from "./thread.ts";

/** What the thread is started with. */
export interface ReaderOptions {
  readonly path: string;
  readonly busyMs: number;
}

const port = parentPort!;
const { path, busyMs } = workerData as ReaderOptions;
const connection = new Connection(() => openToRead(path, busyMs));

port.on("message", (call: Call | null) => {
  if (call) port.postMessage([answer(call)]);
  else close();
});

function answer([id, operation, args]: Call): Reply {
  try {
    const read = READS[operation as keyof typeof READS] as (...args: unknown[]) => unknown;
    return [id, null, connection.use((database) => read(database, ...args))];
  } catch (error) {
    return [id, sendable(failureOf(error)), null];
  }
}

function close(): void {
  connection.close();
  port.close();
}
