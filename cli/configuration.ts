import { ConfigurationError } from "./failure.ts";
import { didYouMean } from "./nearest.ts";
import { type Configuration, SETTINGS, type Setting, type SettingName } from "./settings.ts";
import { withoutPassword } from "./storeUrl.ts";

/** Variables by name; what is empty counts as not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where configuration comes from: the first that has a value wins. */
export interface Sources {
  /** By the flag's name, without dashes. */
  readonly flags: Variables;
  readonly environment: Variables;
  /** The `.env` file of the working directory. */
  readonly file: Variables;
}

/**
 * The values of the named settings.
 * @throws ConfigurationError with every fault of every source.
 */
export function configure<Name extends SettingName>(
  names: readonly Name[],
  sources: Sources,
): Pick<Configuration, Name> {
  const faults = [
    ...unknownVariables(sources.environment, ""),
    ...unknownVariables(sources.file, " in .env"),
  ];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    const setting: Setting<unknown> = SETTINGS[name];
    const { text, where } = find(setting, sources);
    try {
      values[name] = setting.parse(text);
    } catch (error) {
      faults.push(`${where} is "${withoutPassword(text)}": ${(error as Error).message}.`);
    }
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return values as Pick<Configuration, Name>;
}

function find({ flag, variable, fallback }: Setting<unknown>, sources: Sources) {
  const given = sources.flags[flag];
  if (given !== undefined) return { text: given, where: `--${flag}` };
  const set = sources.environment[variable];
  if (set) return { text: set, where: variable };
  const written = sources.file[variable];
  if (written) return { text: written, where: `${variable} in .env` };
  return { text: fallback, where: `the default of --${flag}` };
}

const PREFIX = "PLINTH_";
const VARIABLES = Object.values(SETTINGS).map(({ variable }) => variable);
const OWN_VARIABLES = VARIABLES.filter((variable) => variable.startsWith(PREFIX));

/** A mistyped variable would otherwise be ignored without a word. */
function unknownVariables(variables: Variables, where: string): string[] {
  return Object.keys(variables)
    .filter((name) => name.startsWith(PREFIX) && !(VARIABLES as string[]).includes(name))
    .map((name) => `${name}${where} is not a setting.${didYouMean(name, OWN_VARIABLES)}`);
}
