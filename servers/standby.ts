import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type PostgresBinaries, type PostgresSource, postgresBinaries, runnable } from "./binaries.ts";
import { Daemon } from "./daemon.ts";
import type { PostgresServer } from "./postgres.ts";
import { freePort } from "./processes.ts";

/** Why there can be no standby from a source here; false where there can. For the `skip` of a test. */
export function noStandby(source: PostgresSource): string | false {
  const binaries = postgresBinaries(source);
  if (typeof binaries === "string") return binaries;
  if (existsSync(join(binaries.bin, "pg_basebackup"))) return false;
  return `PostgreSQL ${binaries.version} in ${binaries.bin} comes without pg_basebackup.`;
}

/** Starts a standby of a server of the same source, which follows it by streaming replication and answers reads. */
export async function startStandby(source: PostgresSource, of: PostgresServer): Promise<Standby> {
  const binaries = postgresBinaries(source);
  if (typeof binaries === "string") throw new Error(binaries);
  const standby = new Standby(binaries, of);
  try {
    await standby.initialise();
    return standby;
  } catch (error) {
    await standby.remove();
    throw error;
  }
}

/** A server of the tests' own that replays what another writes. */
export class Standby extends Daemon {
  readonly #primary: PostgresServer;
  readonly #bin: string;
  #port = 0;

  constructor(binaries: PostgresBinaries, primary: PostgresServer) {
    super({ name: "PostgreSQL", stopSignal: "SIGINT" });
    this.#bin = runnable(binaries, this.account).bin;
    this.#primary = primary;
  }

  /** Where the role that owns a database of the primary reads it here. */
  url(database: string): string {
    return this.#here(this.#primary.url(database));
  }

  async start(): Promise<void> {
    const args = ["-D", this.#data, "-p", String(this.#port)];
    await this.launch(join(this.#bin, "postgres"), args, (said) =>
      said.includes("ready to accept read-only"),
    );
  }

  /** Copies what the primary has, and begins to follow it. */
  async initialise(): Promise<void> {
    const from = ["-d", this.#primary.adminUrl(), "--checkpoint=fast", "--wal-method=stream", "--no-sync"];
    await this.prepare(join(this.#bin, "pg_basebackup"), [
      ...from,
      "-D",
      this.#data,
      "--write-recovery-conf",
    ]);
    this.#port = await freePort();
    await this.start();
  }

  /** Resolves when it has replayed all that the primary has written so far. */
  async caughtUp(): Promise<void> {
    const [{ lsn }] = (await this.#primary.query("SELECT pg_current_wal_lsn() AS lsn")) as [{ lsn: string }];
    await this.#until(`pg_last_wal_replay_lsn() >= '${lsn}'`);
  }

  /** Lets it take what the primary writes and replay none of it. */
  async holdReplay(): Promise<void> {
    await this.#ask("pg_wal_replay_pause()");
    await this.#until("pg_get_wal_replay_pause_state() = 'paused'");
  }

  async resumeReplay(): Promise<void> {
    await this.#ask("pg_wal_replay_resume()");
  }

  /** Makes it a server of its own, which follows none. */
  async promote(): Promise<void> {
    await this.#ask("pg_promote()");
  }

  async #until(condition: string): Promise<void> {
    while (!(await this.#ask(condition))) await pause(10);
  }

  async #ask(expression: string): Promise<unknown> {
    const client = new pg.Client({ connectionString: this.#here(this.#primary.adminUrl()) });
    await client.connect();
    try {
      const { rows } = await client.query<[unknown]>({ text: `SELECT ${expression}`, rowMode: "array" });
      return rows[0]![0];
    } finally {
      await client.end();
    }
  }

  #here(primaryUrl: string): string {
    return Object.assign(new URL(primaryUrl), { port: String(this.#port) }).href;
  }

  get #data(): string {
    return join(this.folder, "data");
  }
}
