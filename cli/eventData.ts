import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { closed, type Schema, type Service } from "@plinth/model";
import type { Json } from "@plinth/ports";
import type { Call } from "./command.ts";
import { Failure, reasonOf, UsageError } from "./failure.ts";

/**
 * The data that `--data` or `--data-file` give, null where neither is there.
 * @throws UsageError for what is no JSON.
 */
export function readData({ args: { values }, folder }: Call): Json | null {
  const { data, "data-file": file } = values;
  if (data !== undefined && file !== undefined) throw new UsageError("Give --data or --data-file, not both.");
  if (data !== undefined) return checkJson("--data", data);
  return file === undefined ? null : checkJson(file, readText(resolve(folder, file)));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${reasonOf(error)}.`, error);
  }
}

function checkJson(where: string, text: string): Json {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${where} is not JSON: ${(error as Error).message}.`, error);
  }
}

/**
 * The data as the schema of the event type gives it back; unknown fields are an error.
 * @throws UsageError with every fault and its path.
 */
export function checkData(service: Service, type: string, data: Json): Json {
  const [entityName, eventName] = type.split(".") as [string, string];
  const entity = service.entities.find(({ name }) => name === entityName);
  const schema: Schema | undefined = entity?.events[eventName];
  if (!schema) throw new Failure(`The service "${service.name}" has no event ${type}.`);
  const result = closed(schema).safeParse(JSON.parse(data));
  if (result.success) return JSON.stringify(result.data);
  const faults = result.error.issues.map(({ path, message }) => `  ${path.join(".") || "(all)"}: ${message}`);
  throw new UsageError(`The data is not that of ${type}:\n${faults.join("\n")}`);
}
