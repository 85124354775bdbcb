import { posix } from "node:path";
import { lineAt, sources, type Tree } from "./tree.ts";

/** A workspace package. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

/** One import, of values or types, as it is written. */
export interface Import {
  readonly path: string;
  readonly line: number;
  readonly specifier: string;
}

/** `import`, `export ... from` and `import()`, for values and types alike; not what stands in a text or comment. */
const IMPORTS = [
  /^(?:import|export)\s(?:[^"';]*?\sfrom\s+)?"([^"\n$]+)"/gm,
  /^(?![ \t]*(?:\/\/|\*)).*?\bimport\("([^"\n$]+)"\)/gm,
];

/** Every import of the tree's TypeScript. */
export function importsOf(tree: Tree): Import[] {
  return sources(tree).flatMap(([path, text]) =>
    IMPORTS.flatMap((pattern) =>
      [...text.matchAll(pattern)].map((found) => ({
        path,
        line: lineAt(text, found.index),
        specifier: found[1]!,
      })),
    ),
  );
}

/** Every package of the tree, the root left out. */
export function packagesOf(tree: Tree): Package[] {
  return [...tree]
    .filter(([path]) => path.endsWith("/package.json"))
    .map(([path, text]) => {
      const { name, exports = {}, dependencies = {}, devDependencies = {} } = JSON.parse(text);
      return {
        name,
        folder: posix.dirname(path),
        exports,
        dependencies: new Set(Object.keys(dependencies)),
        devDependencies: new Set(Object.keys(devDependencies)),
      };
    });
}

/** `@plinth/testing/conformance` is `./conformance` of `@plinth/testing`. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  const rest = parts.slice(length).join("/");
  return { name: parts.slice(0, length).join("/"), subpath: rest ? `./${rest}` : "." };
}

/** The package that a file belongs to. */
export function packageAt(path: string, packages: readonly Package[]): Package | null {
  return packages.find(({ folder }) => path.startsWith(`${folder}/`)) ?? null;
}

/** The file of the tree that an import leads to; null where it leads out of the tree. */
export function target({ path, specifier }: Import, packages: readonly Package[]): string | null {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(path), specifier);
  const { name, subpath } = splitSpecifier(specifier);
  const found = packages.find((one) => one.name === name);
  const file = found?.exports[subpath];
  return found && file ? posix.join(found.folder, file) : null;
}
