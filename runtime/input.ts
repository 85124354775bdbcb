import type { AnyCommand, z } from "@plinth/model";
import { type InputFault, PlinthError } from "@plinth/ports";

/** Most faults that are named at once. */
const FAULTS_MAX = 50;

/**
 * Checks an input against its command's schema.
 * @throws PlinthError `invalid_argument` with every fault and its path.
 */
export function parseInput(command: AnyCommand, input: unknown): unknown {
  const result = command.input.safeParse(input);
  if (result.success) return result.data;
  throw invalid(faultsOf(result.error));
}

/** An `invalid_argument` that names each fault. */
export function invalid(errors: readonly InputFault[]): PlinthError {
  const first = errors[0]!;
  const where = first.path ? `"${first.path}": ` : "";
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new PlinthError("invalid_argument", `The input is not valid. ${where}${first.message}${more}`, {
    errors,
  });
}

/** Zod's issues as paths and sentences. An unknown field is a fault of its own, at its own path. */
export function faultsOf(error: z.core.$ZodError): InputFault[] {
  return error.issues.flatMap(faultsOfIssue).slice(0, FAULTS_MAX);
}

function faultsOfIssue(issue: z.core.$ZodIssue): InputFault[] {
  if (issue.code !== "unrecognized_keys") return [{ path: issue.path.join("."), message: issue.message }];
  return issue.keys.map((key) => ({
    path: [...issue.path, key].join("."),
    message: "There is no such field.",
  }));
}
