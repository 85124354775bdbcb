import { isUtf8 } from "node:buffer";

/** A `Content-Type`, taken apart. */
export interface MediaType {
  /** Type and subtype in lower case, without parameters. */
  readonly name: string;
  /** The `charset` parameter in lower case, or null. */
  readonly charset: string | null;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const NAME = new RegExp(`^[ \\t]*(${TOKEN}/${TOKEN})[ \\t]*(?=;|$)`);
const PARAMETER = `[ \\t]*;[ \\t]*(${TOKEN}\\*?)[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]*))`;

/** A `Content-Type` (RFC 9110, section 8.3), or null where it is malformed. */
export function mediaType(header: string): MediaType | null {
  if (header === "application/json") return { name: header, charset: null };
  const name = NAME.exec(header);
  if (!name) return null;
  const parameters = parametersOf(header.slice(name[0].length));
  if (!parameters) return null;
  return { name: name[1]!.toLowerCase(), charset: parameters.get("charset")?.toLowerCase() ?? null };
}

/**
 * The file name of a `Content-Disposition` (RFC 6266), without directories; null where there is none. `filename*`
 * (RFC 8187) wins over `filename`; a plain `filename` in raw UTF-8, as many clients send it, is understood.
 */
export function filename(header: string | undefined): string | null {
  if (header === undefined) return null;
  const start = header.indexOf(";");
  const parameters = start < 0 ? null : parametersOf(header.slice(start));
  if (!parameters) return null;
  const name = extended(parameters.get("filename*")) ?? plain(parameters.get("filename"));
  const last = name
    ?.split(/[/\\]/)
    .at(-1)
    ?.replaceAll(/\p{Cc}/gu, "");
  return last === undefined || last === "" || last === "." || last === ".." ? null : last.slice(0, 255);
}

/** Parameters by name in lower case, from the first semicolon on; null where they are malformed. */
function parametersOf(text: string): Map<string, string> | null {
  const parameters = new Map<string, string>();
  const pattern = new RegExp(PARAMETER, "y");
  const end = text.replace(/[ \t;]+$/, "").length;
  while (pattern.lastIndex < end) {
    const match = pattern.exec(text);
    if (!match) return null;
    const [, name, quoted, token] = match;
    parameters.set(name!.toLowerCase(), quoted === undefined ? token! : quoted.replaceAll(/\\(.)/g, "$1"));
  }
  return parameters;
}

function extended(value: string | undefined): string | null {
  const match = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i.exec(value ?? "");
  if (!match) return null;
  try {
    return match[1]!.toLowerCase() === "utf-8" ? decodeURIComponent(match[2]!) : unescapeLatin1(match[2]!);
  } catch {
    return null;
  }
}

function unescapeLatin1(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Node reads header bytes as Latin-1; they may have been UTF-8. */
function plain(value: string | undefined): string | null {
  if (value === undefined) return null;
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : value;
}
