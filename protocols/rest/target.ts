import { invalid } from "./problem.ts";

/** Where a request goes. */
export interface Target {
  /** Path as it was sent, undecoded. */
  readonly path: string;
  /** Query as it was sent, without the question mark. */
  readonly query: string;
}

const OUTSIDE = /[^\x21-\x7e]|#/;
const SCHEME = /^https?:\/\/[^/?]*/i;

/**
 * The target of a request line: in origin form, or in absolute form as a proxy sends it (RFC 9112, section 3.2).
 * @throws PlinthError `invalid_argument` where it is neither.
 */
export function target(url: string): Target {
  if (OUTSIDE.test(url)) throw invalid("", "The request target has characters that must be percent-encoded.");
  const origin = url.startsWith("/") ? url : url.replace(SCHEME, "");
  const absolute = origin === "" || origin.startsWith("?") ? `/${origin}` : origin;
  if (!absolute.startsWith("/")) throw invalid("", "The request target is no path.");
  const mark = absolute.indexOf("?");
  if (mark < 0) return { path: absolute, query: "" };
  return { path: absolute.slice(0, mark), query: absolute.slice(mark + 1) };
}

const LONGEST = 256;
const CONTROL = /\p{Cc}/u;

/**
 * A path segment that names something: an id or a key, decoded.
 * @throws PlinthError `invalid_argument` where its percent-encoding is broken, it is longer than 256 characters, or it
 * has control characters.
 */
export function segment(raw: string): string {
  const isEncoded = raw.includes("%");
  const value = isEncoded ? decode(raw) : raw;
  if (value.length > LONGEST) throw invalid("", `A name in the path is longer than ${LONGEST} characters.`);
  // What is not encoded has been found visible with the whole target.
  if (isEncoded && CONTROL.test(value)) throw invalid("", "A name in the path has control characters.");
  return value;
}

/**
 * Text with its percent-encoding undone.
 * @throws PlinthError `invalid_argument` where it is broken or not UTF-8.
 */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("", "The percent-encoding of the request target is broken.");
  }
}
