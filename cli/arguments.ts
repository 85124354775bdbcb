import { parseArgs } from "node:util";
import { UsageError } from "./failure.ts";
import { didYouMean } from "./nearest.ts";

/** A flag that a command takes. */
export interface Flag {
  /** Stands for its value in help: `<url>`; null: it takes none. */
  readonly placeholder: string | null;
  readonly describe: string;
  /** One letter, `h` for `-h`. */
  readonly short?: string;
}

/** Flags by name, without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What was typed after the command's name. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** Flags that take a value. */
  readonly values: Readonly<Record<string, string>>;
  /** Flags that take none. */
  readonly switches: ReadonlySet<string>;
}

/**
 * Reads the arguments of a command.
 * @throws UsageError that names every fault.
 */
export function parseArguments(argv: readonly string[], flags: Flags): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { placeholder, short }]) => [
      name,
      { type: placeholder === null ? "boolean" : "string", ...(short && { short }) } as const,
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const reading = new Reading(flags);
  for (const token of tokens) {
    if (token.kind === "positional") reading.positionals.push(token.value);
    if (token.kind === "option") reading.option(token);
  }
  if (reading.faults.length > 0) throw new UsageError(reading.faults.join("\n"));
  return reading;
}

/** A flag as it stands on the command line. */
interface Option {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

class Reading implements Arguments {
  readonly positionals: string[] = [];
  readonly values: Record<string, string> = {};
  readonly switches = new Set<string>();
  readonly faults: string[] = [];
  readonly #flags: Flags;

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  option(option: Option): void {
    const { name, rawName } = option;
    const flag = Object.hasOwn(this.#flags, name) ? this.#flags[name]! : null;
    if (!flag)
      this.faults.push(`There is no flag ${rawName}.${didYouMean(name, Object.keys(this.#flags), "--")}`);
    else if (name in this.values || this.switches.has(name)) this.faults.push(`${rawName} is given twice.`);
    else if (flag.placeholder === null) this.#switch(option);
    else this.#value(option, flag.placeholder);
  }

  #switch({ name, rawName, value }: Option): void {
    if (value !== undefined) this.faults.push(`${rawName} takes no value.`);
    this.switches.add(name);
  }

  /** `--port --host` names no port: what looks like a flag is a value only after `=`. */
  #value({ name, rawName, value, inlineValue }: Option, placeholder: string): void {
    const missing = value === undefined || value === "" || (!inlineValue && value.startsWith("--"));
    if (missing) this.faults.push(`${rawName} wants a value: ${rawName} ${placeholder}.`);
    else this.values[name] = value;
  }
}
