import type { Line } from "./line.ts";
import type { Passage } from "./passage.ts";
import { placeholder } from "./placeholder.ts";
import { placesIn } from "./places.ts";
import type { Quoter, Span } from "./quote.ts";
import { isRegion } from "./regions.ts";
import type { Location, Unread } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";
import { hasWorkplace, type Workplace, workplaceOf } from "./workplace.ts";

export interface LocationReading {
  readonly locations: readonly Location[];
  readonly unread: readonly Unread[];
}

/** The places where the work can be done, from fields, sections and plain sentences about them. */
export function locationsOf(lines: readonly Line[], quoter: Quoter): LocationReading {
  const stated = lines.filter(({ topic }) => topic === "location");
  const locations = folded(stated.flatMap((line) => inStatement(line, quoter)));
  if (locations.length > 0) return { locations, unread: [] };
  const said = folded(lines.flatMap((line) => inProse(line, quoter)));
  const open = said.length > 0 ? [] : stated.filter(isOpen);
  return {
    locations: said,
    unread: open.map(({ span }) => ({ reason: "the location is left open", quote: quoter.quote(span) })),
  };
}

function isOpen({ passage }: Line): boolean {
  return placeholder(passage.text) !== null || /^\W*$/.test(passage.text);
}

/** Names are short; among sentences, shorter still. */
const namesMax = 120;
const sentenceNamesMax = 60;
const spoken = /\b(?:is|are|was|you|we|will|our|your|they|it|can|have|has)\b/i;

/** What such a field holds ("Full time, job share") is no name of a place, but may say how the work is done. */
const pattern = /^work(?:ing)? (?:pattern|hours|time|arrangements?|mod(?:el|e)|setup)$/i;

/** What a field or section on the location says: names of places, or sentences. */
function inStatement(line: Line, quoter: Quoter): Location[] {
  const { passage, span } = line;
  const answer = /^remote\b/i.test(line.label)
    ? /^(yes|no)\b/i.exec(passage.text)?.[1]?.toLowerCase()
    : undefined;
  if (isOpen(line) || answer === "no") return [];
  if (answer === "yes") return [location({ arrangement: "remote" }, span, quoter)];
  if (pattern.test(line.label)) return inSentence(passage, quoter);
  const sentences = sentencesOf(passage);
  return sentences.flatMap((sentence) => {
    const isNames =
      sentence.text.length <= (sentences.length === 1 ? namesMax : sentenceNamesMax) &&
      !spoken.test(sentence.text);
    if (!isNames) return inSentence(sentence, quoter);
    return named(sentence, sentences.length === 1 ? span : sentence.span(), quoter);
  });
}

/** The places that a text consists of. A single one is quoted with its label. */
function named(passage: Passage, whole: Span, quoter: Quoter): Location[] {
  const places = placesIn(passage);
  return places.map((place) => {
    const span = places.length === 1 ? whole : place.passage.span();
    return location({ ...place, place: place.name }, span, quoter);
  });
}

const speaksOfPlace = new RegExp(
  [
    "\\b(?:(?:this|the) (?:role|position|job|vacancy)|this)\\s(?:is|can be|will be|may be)\\b[^.]{0,60}\\b(?:remote|hybrid|on-?site|based|located|office)\\b",
    "\\byou(?:['’]ll| will)? be (?:based|working (?:remotely|from|in))\\b",
    "\\b(?:\\d|one|two|three|four) days (?:a|per) week (?:in|at|from) (?:the|our) [^.]{0,20}office\\b",
    "\\b(?:for|at|from|join) (?:our|its|the) [^.]{0,30}\\b(?:site|office|headquarters|studio|plant|campus) (?:in|at)\\b",
    "\\b(?:fully|100%) remote (?:role|position|job|work)\\b",
  ].join("|"),
  "i",
);
const readMax = 4000;

function inProse({ kind, topic, passage, span }: Line, quoter: Quoter): Location[] {
  if (topic === "process" || passage.text.length > readMax) return [];
  if (kind === "prose" && isHeaderPart(passage.text)) return named(withoutPin(passage), span, quoter);
  const afterName = kind === "prose" ? behindName(passage) : null;
  if (afterName) return named(afterName, afterName.span(), quoter);
  const sentences = kind === "prose" ? sentencesOf(passage) : [passage];
  return sentences
    .filter(({ text }) => speaksOfPlace.test(text))
    .flatMap((sentence) => inSentence(sentence, quoter));
}

const pin = /^(?:📍|🌍|🌎|🌏|🏠|🏢|🗺)\ufe0f?\s*/u;

const cityAndRegion = /^\p{Lu}[\p{L}.' -]{1,40}, (\p{Lu}[\p{L}. ]{1,30})(?=$| \(| or )/u;

function namesCity(text: string): boolean {
  const region = cityAndRegion.exec(text)?.[1];
  return region !== undefined && isRegion(region);
}

/** "📍 Berlin", "Remote (EU)": a few words below the title, not a sentence. */
function isHeaderPart(text: string): boolean {
  if (spoken.test(text) || /[.!?:]$/.test(text)) return false;
  if (pin.test(text) || namesCity(text)) return text.length <= namesMax;
  return text.length <= sentenceNamesMax && workplaceOf(text).arrangement !== null;
}

/** "Northwind — Denver, CO or remote (US)": what stands behind the employer's name. */
function behindName(passage: Passage): Passage | null {
  const dash = /^[^—–]{2,60}\s[—–]\s/.exec(passage.text)?.[0].length ?? 0;
  const rest = passage.slice(dash);
  return dash > 0 && namesCity(rest.text) && isHeaderPart(rest.text) ? rest : null;
}

function withoutPin(passage: Passage): Passage {
  return passage.slice(pin.exec(passage.text)?.[0].length ?? 0);
}

const proper = "\\p{Lu}[\\p{L}.'’-]*(?:[ ](?:\\p{Lu}[\\p{L}.'’-]*|of|upon|am|de|la))*";
const places = new RegExp(
  `\\b(?:[Bb]ased|[Ll]ocated|[Ss]its?|[Ss]ite|[Ww]orking|[Ww]ork|[Oo]ffices?|[Hh]eadquarter(?:s|ed)) (?:in|at|out of|from|near) (?:our |the )?(${proper}(?:,? (?:or|and) ${proper}|, ${proper})*)`,
  "u",
);

/** "You'll be based in Berlin or Munich, two days a week in the office." */
function inSentence(sentence: Passage, quoter: Quoter): Location[] {
  const workplace = workplaceOf(sentence.text);
  const names = places.exec(sentence.text)?.[1]?.replace(/\.$/, "");
  const span = sentence.span();
  if (names !== undefined) {
    return names
      .split(/,? (?:or|and) (?=\p{Lu})/u)
      .map((place) => location({ ...workplace, place }, span, quoter));
  }
  if (!hasWorkplace(workplace)) return [];
  return [location({ ...workplace, restriction: regionIn(sentence.text) }, span, quoter)];
}

/** "Fully remote within the European Union" */
function regionIn(text: string): string | null {
  const match =
    /\b(?:within|in|from anywhere in|across) ((?:the )?\p{Lu}[\p{L}.&]*(?: \p{Lu}[\p{L}.]*)*)/u.exec(text);
  return match?.[1]?.replace(/\.$/, "") ?? null;
}

type Stated = Partial<Workplace> & { place?: string | null; restriction?: string | null };

function location(
  { place, arrangement, officeDays, restriction }: Stated,
  span: Span,
  quoter: Quoter,
): Location {
  return {
    place: place ?? null,
    arrangement: arrangement ?? null,
    officeDays: officeDays ?? null,
    restriction: restriction ?? null,
    quote: quoter.quote(span),
  };
}

/** "Berlin" and, on the next line, "Hybrid, 2 days a week in the office" are one location. */
function folded(locations: readonly Location[]): Location[] {
  const result: Location[] = [];
  for (const entry of locations) {
    const { arrangement, officeDays } = entry;
    const isBare = entry.place === null && entry.restriction === null;
    const last = result.at(-1);
    if (isBare && arrangement === null) continue;
    if (isBare && arrangement !== "remote" && last?.arrangement === null) {
      result[result.length - 1] = { ...last, arrangement, officeDays };
      continue;
    }
    const isKnown = (other: Location) =>
      isSame(other, entry) || (isBare && other.arrangement === arrangement);
    if (!result.some(isKnown)) result.push(entry);
  }
  return result;
}

function isSame(one: Location, other: Location): boolean {
  return (
    one.place === other.place &&
    one.arrangement === other.arrangement &&
    one.restriction === other.restriction
  );
}
