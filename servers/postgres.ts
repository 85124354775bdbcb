import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { type Account, folderFor, give, serverAccount } from "./account.ts";
import { type PostgresBinaries, type PostgresSource, postgresBinaries, within } from "./binaries.ts";
import { certify } from "./certificate.ts";
import { Guard } from "./guard.ts";
import { freePort, signalTree } from "./processes.ts";

export type { PostgresSource } from "./binaries.ts";

export interface PostgresSettings {
  /** Lines of its configuration: `{ max_connections: 20 }`. What is not said here is as PostgreSQL has it. */
  readonly configuration?: Readonly<Record<string, string | number | boolean>>;
  /** Offers TLS, with a certificate of its own; see {@link PostgresServer.certificate}. */
  readonly tls?: boolean;
  /**
   * By what texts are compared where a query does not say: ICU's English by default, as most servers out there do by
   * a language, so that what needs the order of bytes must ask for it; or "C", the order of bytes.
   */
  readonly collation?: "en-US" | "C";
  /** The folder in which its own is made: on a disk of a given size, say. The system's temporary one by default. */
  readonly folder?: string;
}

/** The role that owns what {@link PostgresServer.createDatabase} makes, and may do nothing else. */
const ROLE = "plinth";

/** A recovery after a crash may take its time on a slow machine. */
const START_MS = 120_000;

const run = promisify(execFile);

/** Why there is no PostgreSQL of a source here; false where there is one. For the `skip` of a test. */
export function noPostgres(source: PostgresSource): string | false {
  const binaries = postgresBinaries(source);
  return typeof binaries === "string" ? binaries : false;
}

/**
 * Starts a real PostgreSQL on a free port of loopback, in a new folder, with passwords (SCRAM) and with every write
 * synced to disk. It ends with this process, however that ends, and does not keep it alive.
 * @throws Error where the source has none, with the reason.
 */
export async function startPostgres(
  source: PostgresSource,
  settings: PostgresSettings = {},
): Promise<PostgresServer> {
  const binaries = postgresBinaries(source);
  if (typeof binaries === "string") throw new Error(binaries);
  const account = serverAccount();
  const folder = folderFor(account, "plinth-postgres-", settings.folder);
  const guard = new Guard(folder);
  try {
    const server = new PostgresServer(within(binaries, folder, account), account, folder, guard);
    await server.initialise(settings);
    await server.start();
    await server.createRole();
    return server;
  } catch (error) {
    await guard.close();
    throw error;
  }
}

/** A server of the tests' own. */
export class PostgresServer {
  /** `18.4`. */
  readonly version: string;
  readonly #binaries: PostgresBinaries;
  readonly #account: Account | null;
  readonly #folder: string;
  readonly #guard: Guard;
  readonly #password = randomBytes(18).toString("hex");
  #child: ChildProcess | null = null;
  #port = 0;
  #databases = 0;

  constructor(binaries: PostgresBinaries, account: Account | null, folder: string, guard: Guard) {
    this.version = binaries.version;
    this.#binaries = binaries;
    this.#account = account;
    this.#folder = folder;
    this.#guard = guard;
  }

  /** Where an ordinary role reaches a database that it owns: `postgres://plinth:…@127.0.0.1:21543/test_1`. */
  url(database: string): string {
    return `postgres://${ROLE}:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }

  /** The same for the superuser. */
  adminUrl(database = "postgres"): string {
    return this.url(database).replace(ROLE, "postgres");
  }

  /** The port of 127.0.0.1 that it listens on, the same after every start. */
  get port(): number {
    return this.#port;
  }

  /** Of the process that has started all others of the server. */
  get pid(): number {
    if (!this.#child?.pid) throw new Error("PostgreSQL is not running.");
    return this.#child.pid;
  }

  /** The folder that its data are in. */
  get data(): string {
    return join(this.#folder, "data");
  }

  /** The file with the certificate that proves it, where it offers TLS: a client that trusts it may verify all. */
  get certificate(): string {
    return join(this.#folder, "server.crt");
  }

  /** All that it has said so far, over every start. */
  log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, "utf8") : "";
  }

  /** Makes a new, empty database and resolves to its URL. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(`create database ${name} owner ${ROLE}`);
    return this.url(name);
  }

  /** Runs one statement as the superuser, on a connection of its own. */
  async query(statement: string, database?: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.adminUrl(database) });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Starts it on the data that are there; resolves when it takes connections. */
  async start(): Promise<void> {
    if (this.#child) throw new Error("PostgreSQL is running already.");
    const log = openSync(this.#logFile, "a");
    const args = ["-D", this.data, "-p", String(this.#port)];
    const child = spawn(join(this.#binaries.bin, "postgres"), args, {
      ...this.#confined,
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    child.unref();
    this.#child = child;
    this.#guard.watch(child.pid ?? null);
    child.once("exit", () => {
      this.#child = null;
      this.#guard.watch(null);
    });
    await this.#ready(child);
  }

  /** Stops it as one does on purpose: sessions are ended, all is written. Its data stay. */
  async stop(): Promise<void> {
    await this.#end((pid) => {
      signalTree(pid, "SIGCONT");
      process.kill(pid, "SIGINT");
    });
  }

  /** Ends all its processes at once, as a crash of the machine but for what the system has cached. Its data stay. */
  async kill(): Promise<void> {
    await this.#end((pid) => signalTree(pid, "SIGKILL"));
  }

  /** Holds all its processes where they are: connections stay, and nothing answers. */
  pause(): void {
    signalTree(this.pid, "SIGSTOP");
  }

  resume(): void {
    signalTree(this.pid, "SIGCONT");
  }

  /** Stops it, where it runs, and removes its data. */
  async remove(): Promise<void> {
    if (this.#child) await this.stop();
    await this.#guard.close();
  }

  /** Makes the folder of its data. */
  async initialise({ configuration, tls, collation = "en-US" }: PostgresSettings): Promise<void> {
    const secret = join(this.#folder, "password");
    writeFileSync(secret, this.#password, { mode: 0o600 });
    give(this.#account, secret);
    await run(
      join(this.#binaries.bin, "initdb"),
      [
        ...["-D", this.data, "--username=postgres", `--pwfile=${secret}`, "--auth=scram-sha-256"],
        ...["--encoding=UTF8", "--locale=C", "--no-sync"],
        ...(collation === "C" ? [] : ["--locale-provider=icu", `--icu-locale=${collation}`]),
      ],
      this.#confined,
    );
    rmSync(secret);
    this.#port = await freePort();
    if (tls) await certify(this.#folder, this.#account);
    writeFileSync(join(this.data, "postgresql.conf"), lines({ ...this.#defaults(tls), ...configuration }), {
      flag: "a",
    });
  }

  async createRole(): Promise<void> {
    await this.query(`create role ${ROLE} login password '${this.#password}'`);
  }

  /** Nothing but loopback; what it shares among its processes stands in its folder, and goes with it. */
  #defaults(tls = false): Record<string, string | number | boolean> {
    return {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      password_encryption: "scram-sha-256",
      fsync: true,
      dynamic_shared_memory_type: "mmap",
      ...(tls && {
        ssl: true,
        ssl_cert_file: this.certificate,
        ssl_key_file: join(this.#folder, "server.key"),
      }),
    };
  }

  /** Its last line says so, in the words of `pg_ctl`. */
  async #ready(child: ChildProcess): Promise<void> {
    const until = performance.now() + START_MS;
    const file = join(this.data, "postmaster.pid");
    while (performance.now() < until) {
      if (this.#child !== child) throw new Error(`PostgreSQL has ended at its start:\n${this.log()}`);
      const said = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      if (said[0] === String(child.pid) && said[7]?.trim() === "ready") return;
      await pause(20);
    }
    throw new Error(`PostgreSQL is not ready after ${START_MS / 1000} s:\n${this.log()}`);
  }

  async #end(signal: (pid: number) => void): Promise<void> {
    const { pid } = this;
    const ended = once(this.#child!, "exit");
    this.#child!.ref();
    signal(pid);
    await ended;
  }

  get #logFile(): string {
    return join(this.#folder, "postgres.log");
  }

  /** As the account, in a place that it may be in, with nothing of this process's environment but what finds programs. */
  get #confined() {
    return { ...this.#account, cwd: this.#folder, env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } };
  }
}

/** In the form of `postgresql.conf`. */
function lines(configuration: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(configuration)
    .map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
    .join("");
}
