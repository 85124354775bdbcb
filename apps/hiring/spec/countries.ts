import type { Line } from "./line.ts";
import type { Span } from "./quote.ts";
import { provinces, states } from "./regions.ts";

/** A country that the document names as where the work is. */
export interface Country {
  readonly dollar: string;
  readonly span: Span;
}

/** What tells a country that has dollars of its own. */
const signs: readonly (readonly [string, RegExp])[] = [
  [
    "USD",
    /\bU\.S\.(?:A\.)?|\bUSA?\b|\bUnited States\b|\bNew York\b|\bSan Francisco\b|\bSilicon Valley\b|\bSeattle\b|\bWashington,? D\.?C\b|\b401\(?k\)?/,
  ],
  ["USD", new RegExp(`\\p{L}, (?:${states})\\b(?!\\.)`, "u")],
  ["CAD", /\bCanad(?:a|ian)\b|\bToronto\b|\bVancouver\b|\bMontr[eé]al\b/],
  ["CAD", new RegExp(`\\p{L}, (?:${provinces})\\b(?!\\.)`, "u")],
  ["AUD", /\bAustralia\b|\bSydney\b|\bMelbourne\b|\bBrisbane\b|\bPerth\b|\bsuperannuation\b/],
  ["NZD", /\bNew Zealand\b|\bAuckland\b|\bWellington\b/],
  ["SGD", /\bSingapore\b/],
  ["HKD", /\bHong Kong\b/],
];

/** Countries named where the document says where the work is; if it names none there, anywhere. */
export function countriesOf(lines: readonly Line[]): Country[] {
  const places = lines.filter(({ topic }) => topic === "location").flatMap(namedIn);
  return places.length > 0 ? places : lines.flatMap(namedIn);
}

function namedIn({ passage }: Line): Country[] {
  return signs.flatMap(([dollar, pattern]) => {
    const match = pattern.exec(passage.text);
    return match ? [{ dollar, span: passage.span(match.index, match.index + match[0].length) }] : [];
  });
}
