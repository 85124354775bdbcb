/** What can go wrong, for every protocol. A domain refusal brings its own code beside these. */
export const ERROR_CODES = [
  "invalid_argument",
  "unauthenticated",
  "permission_denied",
  "not_found",
  "method_not_allowed",
  "not_acceptable",
  "already_exists",
  "version_conflict",
  "payload_too_large",
  "unsupported_media_type",
  "idempotency_key_reused",
  "rate_limited",
  "internal",
  "unavailable",
  "deadline_exceeded",
] as const;

/** One of the closed list of codes. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One fault of an input: where (a JSON Pointer-like path, `lines.0.amount`) and what. */
export interface InputFault {
  readonly path: string;
  readonly message: string;
}

/** What an error may carry beside code and message. */
export interface ErrorDetails {
  /** Every fault of an invalid input. */
  readonly errors?: readonly InputFault[];
  /** When to try again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The methods that the resource has, for `method_not_allowed`. */
  readonly allow?: readonly string[];
  readonly cause?: unknown;
}

/** An error of the closed list, as every protocol understands it. The message is for the client to read. */
export class PlinthError extends Error {
  override readonly name: string = "PlinthError";
  readonly code: ErrorCode;
  readonly errors: readonly InputFault[];
  readonly retryAfterMs: number | null;
  readonly allow: readonly string[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.errors = details.errors ?? [];
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.allow = details.allow ?? [];
  }
}

/** The domain's no, under its own code. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
