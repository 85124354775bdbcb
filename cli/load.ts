import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ModelError, type Service } from "@plinth/model";
import { Failure, reasonOf } from "./failure.ts";
import type { RunOptions } from "./parts.ts";
import { takeRuns } from "./run.ts";

/** A service, and the parts that its program would run it with. */
export interface Program {
  readonly service: Service;
  readonly options: RunOptions;
}

/** What is looked for in a folder, in this order. */
const MAIN_FILES = ["main", "index", "model"].flatMap((name) =>
  ["ts", "js", "mts", "mjs"].map((extension) => `${name}.${extension}`),
);

/**
 * The file that is meant: itself, or what a folder begins with.
 * @throws Failure where there is none.
 */
export function mainFile(operand: string, folder: string): string {
  const path = resolve(folder, operand);
  try {
    if (!statSync(path).isDirectory()) return path;
  } catch (error) {
    throw new Failure(`${operand} cannot be read: ${reasonOf(error)}.`, error);
  }
  const found = MAIN_FILES.map((name) => join(path, name)).find((file) =>
    statSync(file, { throwIfNoEntry: false }),
  );
  if (!found) throw new Failure(`The folder ${operand} has no main.ts, index.ts or model.ts.`);
  return found;
}

/**
 * Loads a file; resolves to its default export.
 * @throws Failure for a model that cannot be served, or an import that leads nowhere; any other error as it is.
 */
export async function loadDefault(path: string): Promise<unknown> {
  try {
    const module = await import(pathToFileURL(path).href);
    return module.default;
  } catch (error) {
    if (error instanceof ModelError)
      throw new Failure(`${error.message}${lineOf(error, dirname(path))}`, error);
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND")
      throw new Failure(`${(error as Error).message}.`, error);
    throw error;
  }
}

/** Where in the person's own files an error was thrown. */
function lineOf(error: Error, folder: string): string {
  const own = pathToFileURL(folder).href;
  const frame = error.stack?.split("\n").find((line) => line.includes(own));
  return frame ? `\n${frame}` : "";
}

/** Whether a value is a service, also one made by another copy of the model package. */
export function isService(value: unknown): value is Service {
  return typeof value === "object" && value !== null && (value as Service).kind === "service";
}

/** What is wrong with a file that is no program. */
export function noService(path: string): Failure {
  return new Failure(
    `${path} runs no service: export one as default (export default service("…", { … })), or call run().`,
  );
}

/**
 * Loads a program without running it: what it would have handed to `run`, or else the service that it exports.
 * @throws Failure where it has no service.
 */
export async function loadProgram(operand: string, folder: string): Promise<Program> {
  const path = mainFile(operand, folder);
  const { promise: taken, resolve } = Promise.withResolvers<Program>();
  const release = takeRuns((service, options) => {
    resolve({ service, options });
    return new Promise(() => {});
  });
  const exported = loadDefault(path).then((value): Program => {
    if (!isService(value)) throw noService(path);
    return { service: value, options: {} };
  });
  return Promise.race([taken, exported]).finally(release);
}
