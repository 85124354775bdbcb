import { inspect } from "node:util";
import { PlinthError, RefusedError } from "@plinth/ports";

/** Why an attempt at an event failed. */
export interface Failure {
  /** In words, for whoever looks at the parked event. */
  readonly error: string;
  /** Whether trying again can only fail again. */
  readonly isFinal: boolean;
}

/** Longest error that is kept, in UTF-16 code units. */
const ERROR_LENGTH_MAX = 1000;

/** What was thrown, in words that every store keeps. */
export function inWords(error: unknown): string {
  return textOf(error).slice(0, ERROR_LENGTH_MAX).replaceAll("\0", "").toWellFormed();
}

function textOf(error: unknown): string {
  if (error instanceof PlinthError || error instanceof RefusedError) return `${error.code}: ${error.message}`;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === "string" ? error : inspect(error);
}

const FINAL_CODES: readonly string[] = ["invalid_argument", "idempotency_key_reused", "permission_denied"];

/** Whether a command that was answered so would be answered so again. */
export function isFinalAnswer(error: unknown): boolean {
  if (error instanceof RefusedError) return true;
  return error instanceof PlinthError && FINAL_CODES.includes(error.code);
}
