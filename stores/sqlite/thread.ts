import { Worker } from "node:worker_threads";
import { PlinthError } from "@plinth/ports";
import { received, type SentFailure } from "./failures.ts";

/** A call as it travels to the thread; null asks it to finish and end. */
export type Call = readonly [id: number, operation: string, args: readonly unknown[]];

/** What became of a call, as it travels back. */
export type Reply = readonly [id: number, failure: SentFailure | null, result: unknown];

/** Operations as the other side of a thread sees them: without what they run on, and promised. */
export type Remote<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends (
    on: never,
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Promise<Result>
    : never;
};

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (failure: PlinthError) => void;
}

/**
 * The calling side of a worker thread. The thread starts with its first call; where it dies, all that waits
 * for it rejects with `unavailable` and the next call starts another. It keeps the process alive only while a
 * call is under way. Calls are run in the order given, and nothing bounds how many wait: that is the caller's.
 */
export class Thread {
  readonly #name: string;
  readonly #data: unknown;
  readonly #onFailure: (failure: PlinthError) => void;
  readonly #onReplies: () => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #closed: Promise<void> | null = null;

  /**
   * `name` is also that of the file beside this one that the thread runs. `onFailure` is told of every call that failed,
   * before who called is; `onReplies` of replies of any kind.
   */
  constructor(
    name: "writer" | "reader",
    data: unknown,
    onFailure: (failure: PlinthError) => void = () => {},
    onReplies: () => void = () => {},
  ) {
    this.#name = name;
    this.#data = data;
    this.#onFailure = onFailure;
    this.#onReplies = onReplies;
  }

  call<Result>(operation: string, args: readonly unknown[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new PlinthError("unavailable", "The store is closed.");
      const id = ++this.#lastId;
      this.#worker ??= this.#start();
      this.#worker.postMessage([id, operation, args] satisfies Call);
      this.#waiting.set(id, { resolve, reject });
      if (this.#waiting.size === 1) this.#worker.ref();
    });
  }

  /** Takes no further call; resolves when all were answered and the thread has ended, which waits for `before`. */
  close(before: Promise<void> = Promise.resolve()): Promise<void> {
    this.#closed ??= before.then(() => this.#end());
    return this.#closed;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.ref();
    worker.postMessage(null);
    await ended;
  }

  #start(): Worker {
    const worker = new Worker(threadFile(this.#name), {
      workerData: this.#data,
      name: `plinth ${this.#name}`,
      // The flags of the program, such as --import or --input-type, are for the program.
      execArgv: [],
    });
    let cause: unknown;
    worker.on("message", (replies: readonly Reply[]) => this.#settle(replies));
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => this.#ended(worker, cause));
    return worker;
  }

  #settle(replies: readonly Reply[]): void {
    this.#onReplies();
    for (const [id, failure, result] of replies) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure) this.#fail(waiting, received(failure));
      else waiting?.resolve(result as never);
    }
    if (this.#waiting.size === 0) this.#worker?.unref();
  }

  #fail(waiting: Waiting | undefined, failure: PlinthError): void {
    this.#onFailure(failure);
    waiting?.reject(failure);
  }

  #ended(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) this.#worker = null;
    const died = new PlinthError(
      "unavailable",
      `The database's ${this.#name} thread has ended unexpectedly.`,
      { cause },
    );
    for (const waiting of this.#waiting.values()) waiting.reject(died);
    this.#waiting.clear();
  }
}

/** Operations that run in a thread, as functions of this side. */
export function remote<Operations extends object>(
  thread: Thread,
  operations: Operations,
): Remote<Operations> {
  const calls = Object.keys(operations).map((name) => [
    name,
    (...args: readonly unknown[]) => thread.call(name, args),
  ]);
  return Object.fromEntries(calls) as Remote<Operations>;
}

/** The file of a thread that lies beside this one: `.ts` from sources, `.js` where compiled. */
function threadFile(name: string): URL {
  const [extension] = /\.[a-z]+$/.exec(import.meta.url)!;
  return new URL(`./${name}${extension}`, import.meta.url);
}
