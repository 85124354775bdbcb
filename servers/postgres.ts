import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { give } from "./account.ts";
import { type PostgresBinaries, type PostgresSource, postgresBinaries, runnable } from "./binaries.ts";
import { certify } from "./certificate.ts";
import { Daemon } from "./daemon.ts";
import { freePort } from "./processes.ts";

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

const shared = new Map<PostgresSource, Promise<PostgresServer>>();

/** Why there is no PostgreSQL of a source here; false where there is one. For the `skip` of a test. */
export function noPostgres(source: PostgresSource): string | false {
  const binaries = postgresBinaries(source);
  return typeof binaries === "string" ? binaries : false;
}

/**
 * Starts a real PostgreSQL on a free port of loopback, in a new folder, with passwords (SCRAM) and with every write
 * synced to disk. It ends with this process, however that ends, and does not keep it alive.
 * @throws Error where the source has none, with the reason; or with what the server says of the configuration.
 */
export async function startPostgres(
  source: PostgresSource,
  settings: PostgresSettings = {},
): Promise<PostgresServer> {
  const binaries = postgresBinaries(source);
  if (typeof binaries === "string") throw new Error(binaries);
  const server = new PostgresServer(binaries, settings.folder);
  try {
    await server.initialise(settings);
    return server;
  } catch (error) {
    await server.remove();
    throw error;
  }
}

/** The one server that the tests of a process share, each in a database of its own; nobody stops or kills it. */
export function sharedPostgres(source: PostgresSource): Promise<PostgresServer> {
  const server = shared.get(source) ?? startPostgres(source);
  shared.set(source, server);
  return server;
}

/** A server of the tests' own. */
export class PostgresServer extends Daemon {
  /** `18.4`. */
  readonly version: string;
  readonly #bin: string;
  readonly #password = randomBytes(18).toString("hex");
  #port = 0;
  #databases = 0;

  constructor(binaries: PostgresBinaries, parent?: string) {
    super({ name: "PostgreSQL", stopSignal: "SIGINT", parent });
    this.version = binaries.version;
    this.#bin = runnable(binaries, this.account).bin;
  }

  /** Where an ordinary role reaches a database that it owns: `postgres://plinth:…@127.0.0.1:21543/test_1`. */
  url(database: string): string {
    return `postgres://${ROLE}:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }

  /** The same for the superuser. */
  adminUrl(database = "postgres"): string {
    return `postgres://postgres:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }

  /** The port of 127.0.0.1 that it listens on, the same after every start. */
  get port(): number {
    return this.#port;
  }

  /** The folder that its data are in. */
  get data(): string {
    return join(this.folder, "data");
  }

  /** The file with the certificate that proves it, where it offers TLS: a client that trusts it may verify all. */
  get certificate(): string {
    return join(this.folder, "server.crt");
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

  async start(): Promise<void> {
    const args = ["-D", this.data, "-p", String(this.#port)];
    await this.launch(join(this.#bin, "postgres"), args, () => this.#isReady());
  }

  /** Makes its data and its role, and starts it for the first time. */
  async initialise({ configuration, tls, collation = "en-US" }: PostgresSettings): Promise<void> {
    await this.#createData(collation);
    this.#port = await freePort();
    if (tls) await certify(this.folder, this.account);
    const text = lines({ ...this.#defaults(tls), ...configuration });
    writeFileSync(join(this.data, "postgresql.conf"), text, { flag: "a" });
    await this.start();
    await this.query(`create role ${ROLE} login password '${this.#password}'`);
  }

  async #createData(collation: "en-US" | "C"): Promise<void> {
    const secret = join(this.folder, "password");
    writeFileSync(secret, this.#password, { mode: 0o600 });
    give(this.account, secret);
    await this.prepare(join(this.#bin, "initdb"), [
      ...["-D", this.data, "--username=postgres", `--pwfile=${secret}`, "--auth=scram-sha-256"],
      ...["--encoding=UTF8", "--locale=C", "--no-sync"],
      ...(collation === "C" ? [] : ["--locale-provider=icu", `--icu-locale=${collation}`]),
    ]);
    rmSync(secret);
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
        ssl_key_file: join(this.folder, "server.key"),
      }),
    };
  }

  /** By the last line of its file, as `pg_ctl` finds out. */
  #isReady(): boolean {
    const file = join(this.data, "postmaster.pid");
    const said = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    return said[0] === String(this.pid) && said[7]?.trim() === "ready";
  }
}

/** In the form of `postgresql.conf`. */
function lines(configuration: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(configuration)
    .map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
    .join("");
}
