/** A `package.json`, as far as packing looks at it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The oldest Node that the compiled packages run on. */
const NODE = ">=24";

/** The manifest of a compiled package: its exports and commands lead to JavaScript, each with its types. */
export function published({
  name,
  version,
  description,
  license,
  exports,
  bin,
  dependencies,
}: Manifest): object {
  return {
    name,
    version,
    description,
    license,
    type: "module",
    engines: { node: NODE },
    exports: mapped(exports, (file) => ({ types: compiled(file, ".d.ts"), default: compiled(file, ".js") })),
    ...(bin && { bin: mapped(bin, (file) => compiled(file, ".js")) }),
    ...(dependencies && { dependencies }),
  };
}

/** What stands beside a package where people look it up. */
export function readme({ name, description }: Manifest): string {
  const part =
    name === "plinth" ? "" : "\n\nA part of Plinth: services import `plinth`, which brings it along.";
  return `# ${name}\n\n${description}${part}\n`;
}

/** `./index.ts` as it is called once it is compiled. */
function compiled(file: string, ending: string): string {
  return file.replace(/\.ts$/, ending);
}

function mapped<To>(
  from: Readonly<Record<string, string>>,
  change: (file: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([name, file]) => [name, change(file)]));
}
