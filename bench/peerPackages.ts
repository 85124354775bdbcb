import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const folder = new URL("peers/", import.meta.url);

/**
 * Brings the packages that the peers are made of into bench/peers, where they are not there yet, and builds what needs
 * it. Returns why that cannot be, in a sentence; null where all is there.
 */
export function obtainPeers(): string | null {
  return install() ?? build();
}

function install(): string | null {
  const { dependencies } = read("package.json");
  const isThere = ([name, version]: [string, unknown]) => {
    const path = `node_modules/${name}/package.json`;
    return existsSync(new URL(path, folder)) && read(path).version === version;
  };
  if (Object.entries(dependencies).every(isThere)) return null;
  console.log(
    "\nInstalling the peers into bench/peers, with npm, this once: the versions of its package-lock.json.",
  );
  const args = ["ci", "--prefix", fileURLToPath(folder), "--no-audit", "--no-fund", "--ignore-scripts"];
  const { status } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  return status === 0 ? null : "npm could not install bench/peers.";
}

/** NestJS has decorators, which Node does not run. */
function build(): string | null {
  const compiler = fileURLToPath(new URL("node_modules/.bin/tsc", root));
  const project = fileURLToPath(new URL("nestjs", folder));
  const { status } = spawnSync(compiler, ["-p", project], { stdio: "inherit" });
  return status === 0 ? null : "The peer on NestJS does not compile.";
}

function read(path: string) {
  return JSON.parse(readFileSync(new URL(path, folder), "utf8"));
}
