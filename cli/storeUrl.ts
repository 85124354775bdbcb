import { didYouMean } from "./nearest.ts";

/** Where a store is. */
export type StoreUrl =
  | { readonly kind: "memory" }
  /** Path of the file, relative to the working directory. */
  | { readonly kind: "sqlite"; readonly path: string }
  /** As it was written, password and all: `postgres://user:password@host:5432/database?schema=plinth`. */
  | { readonly kind: "postgres"; readonly url: string };

/** Databases that have a URL, and no adapter yet. */
const ABSENT: Readonly<Record<string, string>> = {
  mongodb: "MongoDB",
  "mongodb+srv": "MongoDB",
};

const KNOWN = ["memory", "sqlite", "postgres"];

/**
 * Reads `memory:`, `sqlite:./data/app.db` or `postgres://user:password@host:5432/database`.
 * @throws Error that says what to write instead.
 */
export function parseStoreUrl(text: string): StoreUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    throw new Error(`write it as a URL: sqlite:${text || "./data/app.db"}, or memory:`);
  const rest = text.slice(scheme.length + 1);
  if (scheme === "memory") return parseMemory(rest);
  if (scheme === "sqlite") return { kind: "sqlite", path: parsePath(rest) };
  if (scheme === "postgres" || scheme === "postgresql") return { kind: "postgres", url: parsePostgres(text) };
  if (ABSENT[scheme])
    throw new Error(`this version has no ${ABSENT[scheme]} store yet: use sqlite:, postgres: or memory:`);
  throw new Error(
    `there is no store "${scheme}:".${didYouMean(scheme, KNOWN)} Use sqlite:, postgres: or memory:`,
  );
}

function parseMemory(rest: string): StoreUrl {
  if (rest === "" || rest === "//") return { kind: "memory" };
  throw new Error("memory: takes nothing after the colon");
}

function parsePath(rest: string): string {
  if (rest === ":memory:") throw new Error("write memory: for a store that is lost with the process");
  const path = rest.startsWith("///") ? rest.slice(2) : rest;
  if (path.startsWith("//"))
    throw new Error(`write sqlite:${path.slice(2)} for a path from here, sqlite:/… from the root`);
  if (path === "" || path.endsWith("/")) throw new Error("name the file: sqlite:./data/app.db");
  if (path.includes("?")) throw new Error("sqlite: takes no parameters after the path");
  if (path.includes("\0")) throw new Error("a path holds no character U+0000");
  return path;
}

/** The driver knows more parameters than we do, so only what it could not make sense of is refused here. */
function parsePostgres(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:\/\//i.test(text) || url.pathname.length < 2)
    throw new Error("write postgres://user:password@host:5432/database");
  return text;
}

/** The same text without the passwords that a URL may hold: its own, and that of the replica that it names. */
export function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1***@").replace(/([?&]replica=)[^&]*/gi, "$1***");
}
