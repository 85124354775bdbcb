import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { type Arguments, parseArguments } from "./arguments.ts";
import type { Command, Shell } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { EXIT, type ExitCode, Failure, UsageError } from "./failure.ts";
import { commandHelp, flagsOf, overallHelp } from "./help.ts";
import { didYouMean } from "./nearest.ts";

/**
 * Carries out one command line; resolves to the exit code. A service that it has started runs on.
 * @throws what is neither the caller's fault nor the machine's: a defect, of a model or of Plinth.
 */
export async function main(argv: readonly string[], shell: Shell): Promise<ExitCode> {
  try {
    return await dispatch(argv, shell);
  } catch (error) {
    if (error instanceof Failure) {
      shell.terminal.note(error.message);
      return error.exitCode;
    }
    if ((error as Error).name !== "PlinthError") throw error;
    shell.terminal.note((error as Error).message);
    return EXIT.failed;
  }
}

async function dispatch(argv: readonly string[], shell: Shell): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === "--version" || first === "-V") return say(shell, version());
  if (first === "help") return help(rest, shell);
  if (first === "--help" || first === "-h") return help([], shell);
  if (first === undefined) throw new UsageError(overallHelp(COMMANDS));
  const command = findCommand(argv);
  if (command) return runCommand(command, argv.slice(command.name.split(" ").length), shell);
  const group = groupOf(first);
  if (group.length > 0 && rest[0] && HELP.has(rest[0]))
    return say(shell, overallHelp(group, `plinth ${first}`));
  throw unknown(argv, group);
}

const HELP: ReadonlySet<string> = new Set(["--help", "-h"]);

function help(words: readonly string[], shell: Shell): ExitCode {
  const [first] = words;
  if (first === undefined) return say(shell, overallHelp(COMMANDS));
  const command = findCommand(words);
  if (command) return say(shell, commandHelp(command));
  const group = groupOf(first);
  if (group.length === 0) throw unknown(words, group);
  return say(shell, overallHelp(group, `plinth ${first}`));
}

async function runCommand(command: Command, argv: readonly string[], shell: Shell): Promise<ExitCode> {
  if (argv.some((word) => HELP.has(word))) return say(shell, commandHelp(command));
  try {
    const args = parseArguments(argv, flagsOf(command));
    checkOperands(command, args);
    return await command.run({ ...shell, args });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}\n\nplinth ${command.name} --help explains it.`, error);
  }
}

function checkOperands(
  { name, operands, operandsCount: [min, max] }: Command,
  { positionals }: Arguments,
): void {
  if (positionals.length < min) throw new UsageError(`It wants more: plinth ${name} ${operands}.`);
  if (positionals.length > max)
    throw new UsageError(
      `"${positionals[max]}" is too much: plinth ${name} ${operands}`.trimEnd().concat("."),
    );
}

/** By its first word, or its first two. */
function findCommand([first, second]: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
}

function groupOf(word: string): readonly Command[] {
  return COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
}

function unknown([first, second]: readonly string[], group: readonly Command[]): UsageError {
  if (group.length > 0) {
    const known = group.map(({ name }) => name);
    if (second === undefined) return new UsageError(`Say which: plinth ${known.join(", plinth ")}.`);
    return new UsageError(
      `There is no command "${first} ${second}".${didYouMean(`${first} ${second}`, known, "plinth ")}`,
    );
  }
  const known = [...new Set(COMMANDS.flatMap(({ name }) => [name, name.split(" ")[0]!]))];
  const hint = didYouMean(first!, known, "plinth ");
  return new UsageError(`There is no command "${first}".${hint}\n\nplinth --help lists them all.`);
}

function say({ terminal }: Shell, text: string): ExitCode {
  terminal.print(text);
  return EXIT.ok;
}

function version(): string {
  const path = findPackageJSON(import.meta.url)!;
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
