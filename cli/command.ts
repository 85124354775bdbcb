import type { Arguments, Flags } from "./arguments.ts";
import { configure, type Variables } from "./configuration.ts";
import { readDotenv } from "./dotenv.ts";
import type { ExitCode } from "./failure.ts";
import type { Configuration, SettingName } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

/** One command: what it is called, how it is explained, what it does. */
export interface Command {
  /** As it is typed after `plinth`: `park list`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What comes after the name: `<view> <main.ts | folder>`. */
  readonly operands: string;
  /** Fewest and most operands. */
  readonly operandsCount: readonly [number, number];
  /** What it does, in a few sentences. */
  readonly about: string;
  /** Settings that it reads; each is a flag as well. */
  readonly settings: readonly SettingName[];
  /** Flags beside those. */
  readonly flags: Flags;
  /** Each with what it does. */
  readonly examples: readonly (readonly [command: string, what: string])[];
  run(call: Call): Promise<ExitCode>;
}

/** What a command is run in. */
export interface Shell {
  readonly terminal: Terminal;
  readonly environment: Variables;
  /** The working directory. */
  readonly folder: string;
}

/** One call of a command. */
export interface Call extends Shell {
  readonly args: Arguments;
}

/**
 * The values of the named settings for this call.
 * @throws ConfigurationError with every fault.
 */
export function configureCall<Name extends SettingName>(
  names: readonly Name[],
  { args, environment, folder }: Call,
): Pick<Configuration, Name> {
  return configure(names, { flags: args.values, environment, file: readDotenv(folder) });
}
