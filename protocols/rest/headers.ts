import type { IncomingHttpHeaders } from "node:http";
import { PlinthError } from "@plinth/ports";
import { invalid } from "./problem.ts";

const VISIBLE = /^[\x21-\x7e]{1,255}$/;

/**
 * The `Idempotency-Key`, or null where there is none.
 * @throws PlinthError `invalid_argument` where it is not 1 to 255 visible ASCII characters.
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | null {
  const key = headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && VISIBLE.test(key)) return key;
  throw invalid(
    "Idempotency-Key",
    "Idempotency-Key must be given once, as 1 to 255 visible ASCII characters.",
  );
}

const WHOLE = /^\d{1,16}$/;

/**
 * A position in a header, or null where the header is missing.
 * @throws PlinthError `invalid_argument` where it is no whole number from 0 to 2^53 - 1.
 */
export function positionHeader(headers: IncomingHttpHeaders, name: string, shown: string): number | null {
  const text = headers[name];
  if (text === undefined) return null;
  const position = typeof text === "string" && WHOLE.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  throw invalid(shown, `${shown} must be a position: a whole number from 0.`);
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * The W3C `traceparent`, or null where it is missing or malformed: a receiver must then ignore it (Trace Context
 * level 1, section 3.2.2.3).
 */
export function traceparent(headers: IncomingHttpHeaders): string | null {
  const text = headers.traceparent;
  if (typeof text !== "string") return null;
  const match = TRACEPARENT.exec(text);
  if (!match) return null;
  const [, version, trace, parent, more] = match;
  if (version === "ff" || (version === "00" && more !== undefined)) return null;
  return /^0+$/.test(trace!) || /^0+$/.test(parent!) ? null : text;
}

const WAIT = /^wait\s*=\s*"?(\d{1,9})"?$/i;

/**
 * Seconds of `Prefer: wait` (RFC 7240, section 4.3), or null. Preferences that are unknown or malformed are ignored,
 * as section 2 demands; of two waits the first counts.
 */
export function preferredWait(headers: IncomingHttpHeaders): number | null {
  const text = headers.prefer;
  if (text === undefined) return null;
  for (const preference of String(text).split(",")) {
    const match = WAIT.exec(preference.split(";", 1)[0]!.trim());
    if (match) return Number(match[1]);
  }
  return null;
}

const ETAG = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)/y;

/** One entity tag of a list. */
interface EntityTag {
  readonly value: string;
  readonly weak: boolean;
}

function entityTags(text: string, shown: string): EntityTag[] {
  const tags: EntityTag[] = [];
  ETAG.lastIndex = 0;
  do {
    const match = ETAG.exec(text);
    if (!match) throw invalid(shown, `${shown} must be an entity tag as it was sent, such as "3", or *.`);
    tags.push({ value: match[2]!, weak: match[1] !== undefined });
  } while (ETAG.lastIndex < text.length);
  return tags;
}

/**
 * Whether `If-None-Match` names the current tag, given as it is sent (weak comparison, RFC 9110 section 13.1.2), so that a
 * read answers 304.
 * @throws PlinthError `invalid_argument` where it is malformed.
 */
export function noneMatch(headers: IncomingHttpHeaders, current: string): boolean {
  const text = headers["if-none-match"];
  if (text === undefined) return false;
  if (text === current || text.trim() === "*") return true;
  return entityTags(text, "If-None-Match").some(({ value }) => value === opaque(current));
}

/**
 * Holds a read to its `If-Match`: it names the current tag, given as it is sent (strong comparison, RFC 9110 section 13.1.1).
 * @throws PlinthError `version_conflict` where the current tag is not among those asked for.
 */
export function requireMatch(headers: IncomingHttpHeaders, current: string): void {
  const text = headers["if-match"];
  if (text === undefined || text.trim() === "*") return;
  const value = opaque(current);
  if (!entityTags(text, "If-Match").some((tag) => !tag.weak && tag.value === value))
    throw new PlinthError("version_conflict", `The current version is ${value}.`);
}

function opaque(tag: string): string {
  return tag.slice(tag.indexOf('"') + 1, -1);
}

/** What a command demands of the entity before it: a version, none yet, or nothing. */
export type Precondition = number | null;

/**
 * The version that a command expects. `If-Match: "3"` expects 3. `If-None-Match: *` expects that there is no entity
 * yet, version 0. A weak or foreign tag never matches. A list of tags is refused, since a command is decided on one
 * version; so is `If-Match: *` on a command that may create its entity, since it names no version to decide on.
 * @throws PlinthError `invalid_argument` where it is malformed or unsupported, `version_conflict` where it cannot hold.
 */
export function precondition(headers: IncomingHttpHeaders, on: "existing" | "new" | "any"): Precondition {
  const none = headers["if-none-match"];
  const match = headers["if-match"];
  if (none === undefined && match === undefined) return null;
  if (none !== undefined) return absent(none, match, on);
  return expected(match!.trim(), on);
}

function absent(none: string, match: string | undefined, on: string): Precondition {
  if (none.trim() !== "*" || match !== undefined)
    throw invalid("If-None-Match", "On a command If-None-Match can only be *, without If-Match.");
  return on === "new" ? null : 0;
}

function expected(match: string, on: string): Precondition {
  if (match === "*" && on === "existing") return null;
  if (match === "*" && on === "any")
    throw invalid("If-Match", "This command may make a new entity: give If-Match a version instead of *.");
  if (match === "*") throw new PlinthError("version_conflict", "A new entity has no version yet.");
  const tags = entityTags(match, "If-Match");
  if (tags.length > 1) throw invalid("If-Match", "On a command If-Match must be a single entity tag.");
  const { value, weak } = tags[0]!;
  const version = WHOLE.test(value) && !weak ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(version) || (on === "new" && version !== 0))
    throw new PlinthError("version_conflict", "If-Match does not name the current version.");
  return on === "new" ? null : version;
}
