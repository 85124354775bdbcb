import { ERROR_CODES, type ErrorCode } from "@plinth/ports";
import { PROBLEM_TYPE, type Problem, REFUSED_STATUS, REFUSED_TITLE, STATUS, TITLE } from "../problem.ts";
import type { JsonSchema } from "./jsonSchema.ts";

/** A response of an operation (OpenAPI 3.1, section 4.8.17). */
export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, object>>;
}

/** Headers of answers, by the name of their component. */
export const HEADERS: Readonly<
  Record<string, { description: string; schema: JsonSchema; example?: unknown }>
> = {
  ETag: {
    description: "The version of the entity, or the position of the row.",
    schema: { type: "string" },
    example: '"3"',
  },
  PageTag: {
    description: "Another one whenever anything of the page is; weak, since the page may come compressed.",
    schema: { type: "string" },
    example: 'W/"u0tKQJcSYa4lLhDf"',
  },
  PlinthPosition: {
    description: "The position that was written, or that the answer has at least reached.",
    schema: { type: "integer", minimum: 0 },
    example: 42,
  },
  Location: { description: "Path of the new entity.", schema: { type: "string" } },
  Link: { description: 'The next page, as `rel="next"` (RFC 8288).', schema: { type: "string" } },
  PreferenceApplied: {
    description: "The preference that was followed.",
    schema: { type: "string" },
    example: "wait=5",
  },
  RetryAfter: {
    description: "Seconds until it makes sense to try again.",
    schema: { type: "integer", minimum: 1 },
    example: 1,
  },
  RateLimit: {
    description:
      "Where requests are limited: those that are left to this actor on this route (`r`), and the seconds until the " +
      "quota is whole again (`t`), as in draft-ietf-httpapi-ratelimit-headers-10.",
    schema: { type: "string" },
    example: '"default";r=599;t=1',
  },
  RateLimitPolicy: {
    description: "Where requests are limited: the quota (`q`) and its window in seconds (`w`).",
    schema: { type: "string" },
    example: '"default";q=600;w=60',
  },
  WWWAuthenticate: {
    description: "How to sign in (RFC 9110).",
    schema: { type: "string" },
    example: "Bearer",
  },
  Allow: {
    description: "The methods that the path takes.",
    schema: { type: "string" },
    example: "GET, HEAD, OPTIONS",
  },
};

/** A reference to one of them. */
export function header(component: keyof typeof HEADERS): { $ref: string } {
  return { $ref: `#/components/headers/${component}` };
}

/** What every answer carries once the actor is known, where requests are limited. */
export const LIMIT_HEADERS: Readonly<Record<string, { $ref: string }>> = {
  RateLimit: header("RateLimit"),
  "RateLimit-Policy": header("RateLimitPolicy"),
};

/** Name of the response that stands for a domain refusal and for `already_exists`, which share a status. */
const REFUSED = "refused";

/** What a client sees of each code, in one sentence. */
const DETAIL: Readonly<Record<ErrorCode, string>> = {
  invalid_argument: "amount must be positive.",
  unauthenticated: "The token has expired.",
  permission_denied: "The actor may not do this.",
  not_found: "There is no such entity.",
  method_not_allowed: "This path takes GET, HEAD, OPTIONS.",
  not_acceptable: "This is available as application/json.",
  already_exists: "There is such an entity already.",
  version_conflict: "The current version is 4.",
  payload_too_large: "The body is larger than 1048576 bytes.",
  unsupported_media_type: "The body must be application/json.",
  idempotency_key_reused: "This key came with another request before.",
  rate_limited: "The quota of this route is used up: 600 requests in 60 seconds.",
  internal: "Something went wrong inside. It was logged under this instance.",
  unavailable: "The service is draining.",
  deadline_exceeded: "The answer was not there in time.",
};

/** Schema of every error. */
export const PROBLEM_SCHEMA: JsonSchema = {
  type: "object",
  description: "An error (RFC 9457). Clients branch on `code`.",
  properties: {
    type: {
      type: "string",
      format: "uri",
      description: "`urn:plinth:error:<code>` or `urn:plinth:refusal:<code>`.",
    },
    title: { type: "string", description: "The same for every error of the code." },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string", description: "What is wrong with this request, for people." },
    instance: { type: "string", format: "uri", description: "Names this one occurrence." },
    code: {
      type: "string",
      description: `One of ${ERROR_CODES.join(", ")}; or the code of a domain refusal.`,
    },
    errors: {
      type: "array",
      description: "Every fault of an invalid input.",
      items: {
        type: "object",
        properties: {
          path: {
            type: "string",
            description: "The field (`lines.0.amount`), parameter or header; empty for the whole.",
          },
          message: { type: "string" },
        },
        required: ["path", "message"],
      },
    },
  },
  required: ["type", "title", "status", "detail", "instance", "code"],
};

/** Responses of all errors, by the name of their component. */
export function errorResponses(): Record<string, Response> {
  const responses = ERROR_CODES.filter((code) => code !== "already_exists").map(
    (code) => [code, errorResponse(TITLE[code], STATUS[code], { [code]: example(code) })] as const,
  );
  const refusals = { account_closed: refusalExample(), already_exists: example("already_exists") };
  const refused = errorResponse("The domain's no, under its own code", REFUSED_STATUS, refusals);
  return { ...Object.fromEntries(responses), [REFUSED]: refused };
}

/** References to the errors that an operation can answer with, by status. */
export function errors(...codes: readonly ErrorCode[]): Record<string, { $ref: string }> {
  return Object.fromEntries(
    codes.map((code) => {
      const component = STATUS[code] === REFUSED_STATUS ? REFUSED : code;
      return [String(STATUS[code]), { $ref: `#/components/responses/${component}` }];
    }),
  );
}

function errorResponse(description: string, status: number, examples: Record<string, Problem>): Response {
  return {
    description: `${description}.`,
    headers: headersOf(status),
    content: {
      [PROBLEM_TYPE]: {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
      },
    },
  };
}

function headersOf(status: number): Record<string, { $ref: string }> {
  if (status === 401) return { "WWW-Authenticate": header("WWWAuthenticate") };
  if (status === 405) return { Allow: header("Allow") };
  const retry = status === 429 || status === 503 ? { "Retry-After": header("RetryAfter") } : {};
  return { ...retry, ...LIMIT_HEADERS };
}

const INSTANCE = "urn:uuid:0195a1c2-7b3d-7e4f-8a5b-6c7d8e9f0a1b";

function example(code: ErrorCode): Problem {
  return {
    type: `urn:plinth:error:${code}`,
    title: TITLE[code],
    status: STATUS[code],
    detail: DETAIL[code],
    instance: INSTANCE,
    code,
    ...(code === "invalid_argument"
      ? { errors: [{ path: "amount", message: "amount must be positive." }] }
      : {}),
  };
}

function refusalExample(): Problem {
  return {
    type: "urn:plinth:refusal:account_closed",
    title: REFUSED_TITLE,
    status: REFUSED_STATUS,
    detail: "A closed account takes no deposits.",
    instance: INSTANCE,
    code: "account_closed",
  };
}
