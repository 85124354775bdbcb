import type { Flags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { SETTINGS, type Setting } from "./settings.ts";

/** Flags of every command. */
export const COMMON_FLAGS: Flags = {
  help: { placeholder: null, describe: "Explains the command.", short: "h" },
};

/** Every flag that a command takes: its own, its settings', the common ones. */
export function flagsOf(command: Command): Flags {
  const settings = command.settings.map((name): [string, Flags[string]] => {
    const setting: Setting<unknown> = SETTINGS[name];
    const { flag, placeholder, describe } = setting;
    return [flag, { placeholder, describe: `${describe}${origin(setting)}` }];
  });
  return { ...command.flags, ...Object.fromEntries(settings), ...COMMON_FLAGS };
}

function origin({ variable, fallback }: Setting<unknown>): string {
  return fallback === "" ? ` [${variable}]` : ` [${variable}, else ${fallback}]`;
}

/** Explains one command. */
export function commandHelp(command: Command): string {
  return [
    `${command.summary}`,
    section("Usage", [`plinth ${command.name} ${command.operands} [flags]`.replace("  ", " ")]),
    section("", wrapped(command.about)),
    section("Flags", table(flagLines(flagsOf(command)))),
    section(
      "Examples",
      command.examples.flatMap(([line, what]) => [`# ${what}`, line]),
    ),
  ].join("\n");
}

/** Explains what there is: all commands, or those of one group such as `plinth park`. */
export function overallHelp(commands: readonly Command[], prefix = "plinth"): string {
  return [
    "Plinth runs a service whose business logic is a model: entities, views, reactors.",
    section("Usage", [`${prefix} <command> [flags]`]),
    section("Commands", table(commands.map(({ name, summary }) => [name, summary]))),
    section("Flags", table(COMMON)),
    section("Configuration", wrapped(CONFIGURATION)),
    section("Exit codes", table(EXIT_CODES)),
    section("", ["plinth <command> --help explains a command, with examples."]),
  ].join("\n");
}

const COMMON = [
  ["-h, --help", "Explains plinth, or a command."],
  ["-V, --version", "Says which version this is."],
] as const;

const EXIT_CODES = [
  ["0", "All went well."],
  ["1", "It was tried and failed; the message says why."],
  ["2", "The command line or the configuration is wrong; nothing was done."],
] as const;

const CONFIGURATION =
  "Every setting is a flag, an environment variable, or a line of .env in the working directory; the first of " +
  "them that is given holds. All of them are checked before anything starts, and every fault is named at once.";

function section(title: string, lines: readonly string[]): string {
  const head = title === "" ? "" : `\n${title}:`;
  return [head, ...lines.map((line) => (title === "" ? line : `  ${line}`))].join("\n");
}

function flagLines(flags: Flags): [string, string][] {
  return Object.entries(flags).map(([name, { placeholder, short, describe }]) => [
    `${short ? `-${short}, ` : ""}--${name}${placeholder === null ? "" : ` ${placeholder}`}`,
    describe,
  ]);
}

const WIDTH = 100;

function table(rows: readonly (readonly [string, string])[]): string[] {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrapped(text, WIDTH - indent);
    return [name.padEnd(indent) + first, ...rest.map((line) => " ".repeat(indent) + line)];
  });
}

function wrapped(text: string, width: number = WIDTH): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
