/** What bytes 0x80 to 0x9F mean in windows-1252 (WHATWG Encoding, section 9); all others equal Latin-1. */
const upper =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

const bytes = new Map([...upper].map((char, index) => [char, 0x80 + index]));

export function charOf(byte: number): string {
  return byte >= 0x80 && byte <= 0x9f ? upper[byte - 0x80]! : String.fromCharCode(byte);
}

/** The byte that windows-1252, or Latin-1 for a control, writes for this character; undefined if none. */
export function byteOf(char: string): number | undefined {
  const code = char.charCodeAt(0);
  return bytes.get(char) ?? (code <= 0xff ? code : undefined);
}
