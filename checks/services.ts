import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { noPgBouncer } from "../servers/pgbouncer.ts";
import { noPostgres } from "../servers/postgres.ts";
import { type Needed, obtain } from "./obtain.ts";

/**
 * Runs the tests against real servers, all `*.service.ts`, or those whose paths contain a word that is said. Servers
 * that are not here are installed where this may install packages. What cannot be had is told, and its tests are
 * skipped; in CI that is a failure.
 */
const NEEDED: readonly Needed[] = [
  { name: "PostgreSQL of npm", missing: () => noPostgres("bundled"), packages: [] },
  { name: "PostgreSQL of the system", missing: () => noPostgres("system"), packages: ["postgresql"] },
  { name: "PgBouncer", missing: noPgBouncer, packages: ["pgbouncer"] },
];

/** Servers are started, killed and waited for, one test file after the other. */
const RUNNER = ["--test", "--test-concurrency=1", "--test-timeout=600000"];

const root = fileURLToPath(new URL("..", import.meta.url));
const missing = obtain(NEEDED, install);
for (const { name, reason } of missing) console.log(`Without ${name}: ${reason}`);

const words = process.argv.slice(2);
const files = globSync("**/*.service.ts", { cwd: root, exclude: ["**/node_modules", "dist"] })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();
const { status } = spawnSync(process.execPath, [...RUNNER, ...files], { cwd: root, stdio: "inherit" });
process.exitCode = status !== 0 || (process.env.CI && missing.length > 0) ? 1 : 0;

/** Debian's packages, where this is root, and where it may become root without a question in CI. */
function install(packages: readonly string[]): string | false {
  const command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
  if (process.getuid?.() !== 0) {
    if (!process.env.CI || !succeeds(["sudo", "-n", "true"])) return "Only root may install packages.";
    command.unshift("sudo", "-n");
  }
  if (!succeeds([...command, "--version"])) return "There is no apt-get to install packages with.";
  console.log(`Installing ${packages.join(", ")}.`);
  if (!succeeds([...command, "update", "-q"])) return "apt-get could not read the lists of packages.";
  if (succeeds([...command, "install", "-q", "-y", "--no-install-recommends", ...packages])) return false;
  return `apt-get could not install ${packages.join(", ")}.`;
}

function succeeds([name = "", ...args]: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
}
