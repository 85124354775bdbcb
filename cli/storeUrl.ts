import { didYouMean } from "./nearest.ts";

/** Where a store is. */
export type StoreUrl =
  | { readonly kind: "memory" }
  /** Path of the file, relative to the working directory. */
  | { readonly kind: "sqlite"; readonly path: string };

/** Databases that have a URL, and no adapter yet. */
const ABSENT: Readonly<Record<string, string>> = {
  mongodb: "MongoDB",
  "mongodb+srv": "MongoDB",
  postgres: "PostgreSQL",
  postgresql: "PostgreSQL",
};

const KNOWN = ["memory", "sqlite"];

/**
 * Reads `memory:` or `sqlite:./data/app.db`.
 * @throws Error that says what to write instead.
 */
export function parseStoreUrl(text: string): StoreUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    throw new Error(`write it as a URL: sqlite:${text || "./data/app.db"}, or memory:`);
  const rest = text.slice(scheme.length + 1);
  if (scheme === "memory") return parseMemory(rest);
  if (scheme === "sqlite") return { kind: "sqlite", path: parsePath(rest) };
  if (ABSENT[scheme])
    throw new Error(`this version has no ${ABSENT[scheme]} store yet: use sqlite: or memory:`);
  throw new Error(`there is no store "${scheme}:".${didYouMean(scheme, KNOWN)} Use sqlite: or memory:`);
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

/** The same text without the password that a URL may hold. */
export function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1***@");
}
