import type { Clock } from "@plinth/ports";
import type { Client, Notification } from "pg";
import type { Connections } from "./connection.ts";
import { quoted } from "./identifiers.ts";

/** Between two attempts to listen again, in milliseconds. */
const AGAIN_MS = 5000;

/**
 * Hears of commits of other processes, by LISTEN on a connection of its own. These are hints: some may be missing, as while
 * the connection is broken, or all, where a pooler stands between.
 */
export class Hints {
  readonly #connections: Connections;
  readonly #channel: string;
  readonly #clock: Clock;
  readonly #hear: (position: number) => void;
  #client: Client | null = null;
  #begun: Promise<void> | null = null;
  #isClosed = false;
  #cancel: () => void = () => {};

  /** `channel` is what commits are told on, `hear` is called with the position of each batch. */
  constructor(connections: Connections, channel: string, clock: Clock, hear: (position: number) => void) {
    this.#connections = connections;
    this.#channel = channel;
    this.#clock = clock;
    this.#hear = hear;
  }

  /** Begins to listen. Harmless where it has begun. */
  begin(): void {
    if (this.#begun === null && !this.#isClosed) this.#begun = this.#listen();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#begun;
    await this.#client?.end();
  }

  /** Who polls finds what is missed while this fails, and the pool tells of the same failure. */
  async #listen(): Promise<void> {
    try {
      this.#client = await this.#connections.direct();
      await this.#client?.query(`LISTEN ${quoted(this.#channel)}`);
    } catch {
      await this.#client?.end().catch(() => {});
      return this.#listenAgain();
    }
    this.#client?.on("notification", ({ payload }: Notification) => this.#hear(Number(payload)));
    this.#client?.on("end", () => this.#listenAgain());
  }

  #listenAgain(): void {
    this.#client = null;
    if (this.#isClosed) return;
    this.#cancel = this.#clock.after(AGAIN_MS, () => {
      this.#begun = this.#listen();
    });
  }
}
