import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rewired } from "./compiled.ts";
import { type Manifest, published, readme } from "./manifest.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What stands beside the sources and is not packed: tests and what they need, sources, manifests. */
const NOT_PACKED = /(\.tsx?|(^|\/)(package|tsconfig)\.json|\.md)$|(^|\/)(node_modules|fixtures)\//;

/**
 * Compiles every package that is not private and packs each into a tarball.
 * @returns the paths of the tarballs, which lie in `dist/`.
 */
export function pack(): string[] {
  const dist = join(root, "dist");
  rmSync(dist, { recursive: true, force: true });
  run(join(root, "node_modules/.bin/tsc"), ["-p", join(root, "release/tsconfig.json")], "inherit");
  const folders = publicPackages().map((folder) => assemble(folder, dist));
  const packed = run("npm", ["pack", "--json", "--pack-destination", dist, ...folders]);
  return tarballsOf(JSON.parse(packed)).map((file) => join(dist, file));
}

/** Folders of the packages that are published. */
function publicPackages(): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return globSync(
    workspaces.map((workspace: string) => `${workspace}/package.json`),
    { cwd: root },
  )
    .map((path) => dirname(path))
    .filter((folder) => !manifestOf(folder).private)
    .sort();
}

/** Puts a package together as it is published: compiled files, assets, manifest, licence. */
function assemble(folder: string, dist: string): string {
  const from = join(dist, "compiled", folder);
  const to = join(dist, "packages", folder);
  const manifest = manifestOf(folder);
  mkdirSync(to, { recursive: true });
  for (const file of globSync("**/*.{js,d.ts}", { cwd: from }))
    put(join(to, file), rewired(readFileSync(join(from, file), "utf8")));
  for (const file of assetsOf(folder)) copy(join(root, folder, file), join(to, file));
  put(join(to, "package.json"), `${JSON.stringify(published(manifest), null, 2)}\n`);
  put(join(to, "README.md"), readme(manifest));
  cpSync(join(root, "LICENSE"), join(to, "LICENSE"));
  return to;
}

/** A script that is JavaScript as it is may call what is compiled. */
function copy(from: string, to: string): void {
  if (from.endsWith(".js")) put(to, rewired(readFileSync(from, "utf8")));
  else cpSync(from, to);
}

/** Files that no compiler takes: those that compiled ones read at run time, and scripts that every Node must read. */
function assetsOf(folder: string): string[] {
  const files = globSync("**/*.*", { cwd: join(root, folder), exclude: ["**/node_modules"] });
  return files.filter((file) => !NOT_PACKED.test(file));
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function run(command: string, args: readonly string[], output: "pipe" | "inherit" = "pipe"): string {
  return execFileSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", output, "inherit"] });
}

/** npm prints a list up to version 11, and an object by package from 12. */
function tarballsOf(printed: { filename: string }[] | Record<string, { filename: string }>): string[] {
  return Object.values(printed).map(({ filename }) => filename);
}

if (import.meta.main) for (const tarball of pack()) console.log(tarball);
