import { type ErrorCode, PlinthError, RefusedError } from "@plinth/ports";

/** The HTTP status of each code: the one place where a code becomes a number. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  already_exists: 409,
  version_conflict: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  deadline_exceeded: 504,
};

/** The HTTP status of a domain refusal, whatever its code. */
export const REFUSED_STATUS = 409;

/** What each code means, in the words of a heading. */
export const TITLE: Readonly<Record<ErrorCode, string>> = {
  invalid_argument: "The request is not valid",
  unauthenticated: "Not signed in",
  permission_denied: "Not allowed",
  not_found: "Not found",
  method_not_allowed: "Method not allowed",
  not_acceptable: "No acceptable representation",
  already_exists: "It exists already",
  version_conflict: "The version is another",
  payload_too_large: "The request is too large",
  unsupported_media_type: "Unsupported media type",
  idempotency_key_reused: "The idempotency key was used for another request",
  rate_limited: "Too many requests",
  internal: "Internal error",
  unavailable: "Not available now",
  deadline_exceeded: "It took too long",
};

/** Heading of a domain refusal. */
export const REFUSED_TITLE = "Refused";

/** Media type of every error (RFC 9457). */
export const PROBLEM_TYPE = "application/problem+json";

/** An error as clients see it: problem details (RFC 9457) with the code that clients branch on. */
export interface Problem {
  /** `urn:plinth:error:<code>`, or `urn:plinth:refusal:<code>` where the domain says no. Names, not addresses. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Names this one occurrence: also in the log, where it was an internal error. */
  readonly instance: string;
  readonly code: string;
  /** Every fault of an invalid input. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** The problem details of an error. Causes and stacks stay inside. */
export function problem(error: PlinthError | RefusedError, instance: string): Problem {
  if (error instanceof RefusedError)
    return {
      type: `urn:plinth:refusal:${error.code}`,
      title: REFUSED_TITLE,
      status: REFUSED_STATUS,
      detail: error.message,
      instance,
      code: error.code,
    };
  return {
    type: `urn:plinth:error:${error.code}`,
    title: TITLE[error.code],
    status: STATUS[error.code],
    detail: error.message,
    instance,
    code: error.code,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
  };
}

/** An invalid part of a request: a header, a parameter or a place in the body, and what is wrong with it. */
export function invalid(path: string, message: string): PlinthError {
  return new PlinthError("invalid_argument", message, { errors: [{ path, message }] });
}

/** Whether an error may be told to the client as it is: what has gone wrong inside stays inside, and goes to the log. */
export function isTellable(error: unknown): error is PlinthError | RefusedError {
  return error instanceof RefusedError || (error instanceof PlinthError && error.code !== "internal");
}
