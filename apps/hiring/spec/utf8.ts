/**
 * The code point that a well-formed UTF-8 sequence at `at` stands for, and its length (RFC 3629).
 * Null where the bytes are not UTF-8: a stray continuation, an overlong form, a surrogate, a cut end.
 */
export function sequenceAt(
  byteAt: (index: number) => number | undefined,
  at: number,
): { codePoint: number; length: number } | null {
  const lead = byteAt(at);
  if (lead === undefined) return null;
  if (lead < 0x80) return { codePoint: lead, length: 1 };
  const length =
    lead >= 0xc2 && lead <= 0xdf
      ? 2
      : lead >= 0xe0 && lead <= 0xef
        ? 3
        : lead >= 0xf0 && lead <= 0xf4
          ? 4
          : 0;
  if (length === 0) return null;
  let codePoint = lead & (0xff >> (length + 1));
  for (let index = at + 1; index < at + length; index++) {
    const byte = byteAt(index);
    if (byte === undefined || (byte & 0xc0) !== 0x80) return null;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  return wellFormed(codePoint, length) ? { codePoint, length } : null;
}

function wellFormed(codePoint: number, length: number): boolean {
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  const surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return codePoint >= least && codePoint <= 0x10ffff && !surrogate;
}
