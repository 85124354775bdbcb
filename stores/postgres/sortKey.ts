import type { FieldValue } from "@plinth/ports";

/** What the SQL function `is_long` (foundation.ts) calls too long for an index, in bytes. */
const SHORT_MAX = 512;

/** The same of a value as the SQL function `sort_key` says of a field that has it (foundation.ts). */
export function sortKey(value: FieldValue): string {
  if (value === null) return "";
  if (typeof value === "string") return `3${value.replaceAll("\0", "\ufffd").toWellFormed()}`;
  return `2${orderedHex(Number(value))}`;
}

/** The same of a sort key as the SQL function `is_long` says of a document with it. */
export function isLong(key: string): boolean {
  return Buffer.byteLength(key) > SHORT_MAX;
}

/** Sixteen digits that are in the order of the numbers: an IEEE 754 number, with its sign turned, or all of it below 0. */
function orderedHex(number: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(Math.abs(number) < 1e-300 ? 0 : number);
  const isNegative = bytes[0]! >= 0x80;
  for (let at = 0; at < 8; at++) bytes[at]! ^= isNegative ? 0xff : at === 0 ? 0x80 : 0;
  return bytes.toString("hex");
}
