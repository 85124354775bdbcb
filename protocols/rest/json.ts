import { isUtf8 } from "node:buffer";
import { invalid } from "./problem.ts";

/**
 * A JSON body as a value; a missing body as an empty object. Of a name that comes twice in one object the last value
 * counts, as `JSON.parse` has it.
 * @throws PlinthError `invalid_argument` where it is no UTF-8, no JSON, nested too deeply, or has a member `__proto__`,
 * which JavaScript libraries drop or obey instead of keeping it.
 */
export function parseJson(body: Buffer, depthMax: number): unknown {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw invalid("", "The body is not valid UTF-8.");
  const text = body.toString("utf8");
  // Every level costs two characters, so that a short text cannot be deep.
  if (text.length > 2 * depthMax && depth(text) > depthMax)
    throw invalid("", `The body is nested more than ${depthMax} levels deep.`);
  const value = parse(text);
  if (text.includes("__proto__") || text.includes("\\u00")) refusePrototype(value, "");
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("", "The body is not valid JSON.");
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Levels of brackets outside of strings. */
function depth(text: string): number {
  let deepest = 0;
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++level);
    else if (code === 0x5d || code === 0x7d) level--;
  }
  return deepest;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

function refusePrototype(value: unknown, path: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const here = path === "" ? name : `${path}.${name}`;
    if (name === "__proto__") throw invalid(here, "No field may be named __proto__.");
    refusePrototype(member, here);
  }
}
