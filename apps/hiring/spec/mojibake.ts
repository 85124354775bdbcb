import { sequenceAt } from "./utf8.ts";
import { byteOf } from "./windows1252.ts";

/** UTF-8 that was read as windows-1252, once or more times over, is undone at most this often. */
const roundsMax = 3;

const nonAscii = /\P{ASCII}+/gu;

/**
 * A closing quote is E2 80 9D, and many programs drop the 9D, for which windows-1252 has no character:
 * what is left of it, at the end of a word, can have been nothing else.
 */
const cutClosingQuote = /â€$/;

export interface Mended {
  readonly from: string;
  readonly to: string;
  /** Where `to` starts in the mended text. */
  readonly start: number;
}

/**
 * Undoes "Youâ€™ll" to "You’ll". Every wrongly read sequence consists of characters above ASCII only,
 * so each run of those is mended by itself, and text that was right stays as it is.
 */
export function mendMojibake(text: string): { text: string; mended: Mended[] } {
  const mended: Mended[] = [];
  let shift = 0;
  const result = text.replace(nonAscii, (run, offset: number) => {
    const to = mendRun(run);
    if (to !== run) mended.push({ from: run, to, start: offset + shift });
    shift += to.length - run.length;
    return to;
  });
  return { text: result, mended };
}

function mendRun(run: string): string {
  let text = run;
  for (let round = 0; round < roundsMax; round++) {
    const next = undoOnce(text);
    if (next === text) break;
    text = next;
  }
  return text.replace(cutClosingQuote, "”");
}

function undoOnce(run: string): string {
  const byteAt = (index: number) => (index < run.length ? byteOf(run[index]!) : undefined);
  let result = "";
  let at = 0;
  while (at < run.length) {
    const sequence = misreadAt(byteAt, at);
    result += sequence ? String.fromCodePoint(sequence.codePoint) : run[at]!;
    at += sequence?.length ?? 1;
  }
  return result;
}

/**
 * Two-byte sequences count only for the leads of Latin, Greek and Cyrillic text (C2 to C5, CE, CF, D0, D1):
 * with the others, right text such as "CAFÉ™" would look broken.
 */
function misreadAt(byteAt: (index: number) => number | undefined, at: number) {
  const sequence = sequenceAt(byteAt, at);
  if (sequence === null || sequence.length === 1) return null;
  if (sequence.length > 2) return sequence;
  const lead = byteAt(at)!;
  return lead <= 0xc5 || (lead >= 0xce && lead <= 0xd1) ? sequence : null;
}
