import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { give } from "./account.ts";
import { Daemon } from "./daemon.ts";
import { freePort } from "./processes.ts";

/** Where packages of systems put it, and then PATH. */
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Why there is no PgBouncer here; false where there is one. For the `skip` of a test. */
export function noPgBouncer(): string | false {
  return program() ? false : `PgBouncer is not installed in ${FOLDERS.join(", ")} or a folder of PATH.`;
}

/**
 * Starts a PgBouncer in transaction mode before the server of a URL, for the role of that URL: every transaction may
 * run on another connection, and of the session there is nothing.
 * @param configuration lines of its own: `{ default_pool_size: 2 }`. What is not said is as PgBouncer has it.
 * @throws Error where none is installed.
 */
export async function startPgBouncer(
  url: string,
  configuration: Readonly<Record<string, string | number>> = {},
): Promise<PgBouncer> {
  const path = program();
  if (!path) throw new Error(String(noPgBouncer()));
  const bouncer = new PgBouncer(path, new URL(url));
  try {
    await bouncer.initialise(configuration);
    return bouncer;
  } catch (error) {
    await bouncer.remove();
    throw error;
  }
}

export class PgBouncer extends Daemon {
  /** `1.18.0`. */
  readonly version: string;
  readonly #program: string;
  readonly #server: URL;
  #port = 0;

  constructor(path: string, server: URL) {
    super({ name: "PgBouncer", stopSignal: "SIGTERM" });
    const printed = execFileSync(path, ["--version"], { encoding: "utf8" });
    this.version = /\d+\.\d+\.\d+/.exec(printed)?.[0] ?? printed;
    this.#program = path;
    this.#server = server;
  }

  /** Where the role reaches a database of the server through it. */
  url(database: string): string {
    const url = new URL(this.#server);
    url.host = `127.0.0.1:${this.#port}`;
    url.pathname = `/${database}`;
    return url.href;
  }

  async start(): Promise<void> {
    await this.launch(this.#program, [this.#file("pgbouncer.ini")], (said) => said.includes("process up"));
  }

  async initialise(configuration: Readonly<Record<string, string | number>>): Promise<void> {
    this.#port = await freePort();
    const { username, password, hostname, port } = this.#server;
    this.#write("users.txt", `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`);
    const settings = Object.entries({ ...this.#defaults(), ...configuration });
    this.#write(
      "pgbouncer.ini",
      [
        "[databases]",
        `* = host=${hostname} port=${port || 5432}`,
        "[pgbouncer]",
        ...settings.map(([name, value]) => `${name} = ${value}`),
        "",
      ].join("\n"),
    );
    await this.start();
  }

  #defaults(): Record<string, string | number> {
    return {
      listen_addr: "127.0.0.1",
      listen_port: this.#port,
      unix_socket_dir: "",
      auth_type: "scram-sha-256",
      auth_file: this.#file("users.txt"),
      pool_mode: "transaction",
    };
  }

  #write(name: string, text: string): void {
    writeFileSync(this.#file(name), text, { mode: 0o600 });
    give(this.account, this.#file(name));
  }

  #file(name: string): string {
    return join(this.folder, name);
  }
}

function program(): string | null {
  const folders = [...FOLDERS, ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, "pgbouncer")).find(existsSync) ?? null;
}
