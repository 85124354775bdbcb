import { builtinModules } from "node:module";
import { cycles } from "./cycles.ts";
import {
  type Import,
  importsOf,
  type Package,
  packageAt,
  packagesOf,
  splitSpecifier,
  target,
} from "./imports.ts";
import { type Fault, isTest, type Tree } from "./tree.ts";

/** An arrow of the architecture: what stands in these folders may import what stands in those. */
interface Layer {
  readonly folder: RegExp;
  readonly imports: RegExp;
  /** What its tests may import besides. */
  readonly tests: RegExp;
}

const NOTHING = /^$/;

/** What the tests of an adapter may run it with. */
const BESIDE_ADAPTERS = /^(testing|runtime|stores\/memory)$/;

/** model <- ports <- runtime, model <- ports <- adapters; what composes them may import all of them. */
const LAYERS: readonly Layer[] = [
  { folder: /^model$/, imports: NOTHING, tests: NOTHING },
  { folder: /^ports$/, imports: /^model$/, tests: NOTHING },
  { folder: /^runtime$/, imports: /^(model|ports)$/, tests: /^(testing|stores\/memory)$/ },
  {
    folder: /^(stores|brokers|protocols)\/|^(security|telemetry)$/,
    imports: /^(model|ports)$/,
    tests: BESIDE_ADAPTERS,
  },
  { folder: /^testing$/, imports: /^(model|ports|runtime|stores\/memory)$/, tests: NOTHING },
  { folder: /^console$/, imports: /^(model|ports)$/, tests: BESIDE_ADAPTERS },
  { folder: /^cli$/, imports: /^(?!apps\/|examples\/)/, tests: NOTHING },
  { folder: /^(apps|examples)\//, imports: /^cli$/, tests: NOTHING },
];

/** Faults of the import graph: arrows that must not be, undeclared packages, cycles between files. */
export function arrows(tree: Tree): Fault[] {
  const packages = packagesOf(tree);
  const imports = importsOf(tree);
  const faults = imports.flatMap((one) => faultOf(one, packages) ?? []);
  return [...faults, ...cycleFaults(imports, packages, tree)];
}

function faultOf(found: Import, packages: readonly Package[]): Fault | null {
  const from = packageAt(found.path, packages);
  const message = found.specifier.startsWith(".")
    ? relativeFault(found, from, packages)
    : from && packageFault(found, from, packages);
  return message ? { path: found.path, line: found.line, message } : null;
}

/** Inside a package files go by path; from one package to another by name, as engineers outside do. */
function relativeFault(found: Import, from: Package | null, packages: readonly Package[]): string | null {
  const to = packageAt(target(found, packages)!, packages);
  if (!from || !to || to === from) return null;
  return `"${found.specifier}" leaves the package: import "${to.name}" by its name.`;
}

function packageFault(
  { path, specifier }: Import,
  from: Package,
  packages: readonly Package[],
): string | null {
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return null;
  const { name, subpath } = splitSpecifier(specifier);
  const to = packages.find((one) => one.name === name);
  if (to && to !== from && !mayImport(from.folder, to.folder, isTest(path)))
    return `${from.folder} must not import ${to.folder}.`;
  if (to && !(subpath in to.exports)) return `"${name}" does not export "${subpath}".`;
  return isDeclared(name, path, from, to !== undefined)
    ? null
    : `"${name}" is not declared in ${from.folder}/package.json.`;
}

/** What is published must name what it needs; tests run in the workspace, where its own packages are at hand. */
function isDeclared(name: string, path: string, from: Package, ours: boolean): boolean {
  if (name === from.name || from.dependencies.has(name)) return true;
  if (isTest(path) && (ours || from.devDependencies.has(name))) return true;
  return from.devDependencies.has(`@types/${name}`);
}

function mayImport(from: string, to: string, test: boolean): boolean {
  const layer = LAYERS.find(({ folder }) => folder.test(from));
  return layer !== undefined && (layer.imports.test(to) || (test && layer.tests.test(to)));
}

function cycleFaults(imports: readonly Import[], packages: readonly Package[], tree: Tree): Fault[] {
  const graph = new Map<string, Set<string>>();
  for (const one of imports) {
    const to = target(one, packages);
    if (!to || !tree.has(to)) continue;
    const known = graph.get(one.path) ?? new Set();
    graph.set(one.path, known.add(to));
  }
  return cycles(graph).map((files) => ({
    path: files[0]!,
    line: 0,
    message: `These files import each other: ${[...files, files[0]].join(" -> ")}.`,
  }));
}
